import { isIP } from 'node:net';

/** Whom a call is made for. Everything comes from a browser's request, so nothing of it is trusted to be a header. */
export type CallContext = {
  /** The caller's patience; aborting frees the connection. */
  signal?: AbortSignal;
  /** The person's IP address. Okta heeds it only from addresses it was told to trust. */
  forwardedFor?: string;
  /** The person's browser; shown on the phone with a push. */
  userAgent?: string;
  /** Chooses the language of a message. */
  acceptLanguage?: string;
  /** Our own id of the request, for `observe` alone; it is not sent. */
  requestId?: string;
};

/** What is sent and asked for, as media types; null for no body. */
export type Media = { accept: string; body: string | null };

/**
 * The headers of one attempt. `identity`, so that no answer can be larger than what is read of the wire.
 */
export function requestHeaders(
  ours: string,
  context: CallContext,
  authorization: string | null,
  media: Media,
): Record<string, string> {
  const person = printable(context.userAgent, 300);
  const language = printable(context.acceptLanguage, 100);
  const headers: Record<string, string> = {
    accept: media.accept,
    'accept-encoding': 'identity',
    'user-agent': person === null ? ours : `${person} ${ours}`,
  };
  if (authorization !== null) headers['authorization'] = authorization;
  if (media.body !== null) headers['content-type'] = media.body;
  if (language !== null) headers['accept-language'] = language;
  if (context.forwardedFor !== undefined && isIP(context.forwardedFor) !== 0)
    headers['x-forwarded-for'] = context.forwardedFor;
  return headers;
}

function printable(value: string | undefined, longest: number): string | null {
  return value !== undefined && /^[\x20-\x7e]+$/.test(value) ? value.slice(0, longest) : null;
}
