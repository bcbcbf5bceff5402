import { isIP } from 'node:net';

/** The person for whom a call is made. All values come from a browser's request, so none is a trusted header value. */
export type CallContext = {
  /** Cancels the call and frees the connection. */
  signal?: AbortSignal;
  /** The person's IP address. Okta uses it only if it trusts the proxy. */
  forwardedFor?: string;
  /** The person's browser. Okta shows it on the phone together with a push. */
  userAgent?: string;
  /** The language of a message that Okta sends. */
  acceptLanguage?: string;
  /** Our own request id. Only for `observe`; it is not sent. */
  requestId?: string;
};

/** The accepted media type and the body's media type; null without a body. */
export type Media = { accept: string; body: string | null };

/** Returns a body as text and its media type; null without a body. */
export function encoded(body: object | URLSearchParams | undefined): { text: string | null; type: string | null } {
  if (body === undefined) return { text: null, type: null };
  if (body instanceof URLSearchParams) return { text: body.toString(), type: 'application/x-www-form-urlencoded' };
  return { text: JSON.stringify(body), type: 'application/json' };
}

/**
 * Returns the headers of one attempt, except its credential. `accept-encoding: identity` forbids compression. Otherwise
 * a small compressed answer could become larger than `maxReplyBytes` when it is unpacked.
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
