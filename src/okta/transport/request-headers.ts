import { isIP } from 'node:net';

/** Who a call is made for. All values come from a browser's request, so none is trusted as a header. */
export type CallContext = {
  /** Cancels the call and frees the connection. */
  signal?: AbortSignal;
  /** The person's IP address. Okta uses it only from trusted proxies. */
  forwardedFor?: string;
  /** The person's browser; Okta shows it on the phone with a push. */
  userAgent?: string;
  /** Sets the language of a message. */
  acceptLanguage?: string;
  /** Our own request id, for `observe` only; it is not sent. */
  requestId?: string;
};

/** The accepted media type, and the body's; null for no body. */
export type Media = { accept: string; body: string | null };

/** A body as it is sent, and its media type; null for none. */
export function encoded(body: object | URLSearchParams | undefined): { text: string | null; type: string | null } {
  if (body === undefined) return { text: null, type: null };
  if (body instanceof URLSearchParams) return { text: body.toString(), type: 'application/x-www-form-urlencoded' };
  return { text: JSON.stringify(body), type: 'application/json' };
}

/**
 * The headers of one attempt, except its credential. `identity` forbids compression, so an answer is never larger than
 * the bytes read.
 */
export function requestHeaders(
  portalAgent: string,
  context: CallContext,
  media: Media,
  traceparent: string | undefined,
): Record<string, string> {
  const person = printable(context.userAgent, 300);
  const language = printable(context.acceptLanguage, 100);
  const headers: Record<string, string> = {
    accept: media.accept,
    'accept-encoding': 'identity',
    'user-agent': person === null ? portalAgent : `${person} ${portalAgent}`,
  };
  if (media.body !== null) headers['content-type'] = media.body;
  if (language !== null) headers['accept-language'] = language;
  if (context.forwardedFor !== undefined && isIP(context.forwardedFor) !== 0)
    headers['x-forwarded-for'] = context.forwardedFor;
  if (traceparent !== undefined) headers['traceparent'] = traceparent;
  return headers;
}

function printable(value: string | undefined, longest: number): string | null {
  return value !== undefined && /^[\x20-\x7e]+$/.test(value) ? value.slice(0, longest) : null;
}
