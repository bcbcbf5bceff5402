import { isIP } from 'node:net';

/** All values come from a browser's request, so no value is trusted. */
export type CallContext = {
  signal?: AbortSignal;
  /** The person's IP address. Okta uses it only if it trusts the proxy. */
  forwardedFor?: string;
  /** The person's browser. Okta shows it on the phone with a push. */
  userAgent?: string;
  /** The language of a message that Okta sends. */
  acceptLanguage?: string;
  /** Only `observe` gets it. It is not sent to Okta. */
  requestId?: string;
};

export type Media = { accept: string; body: string | null };

export function encoded(body: object | URLSearchParams | undefined): { text: string | null; type: string | null } {
  if (body === undefined) return { text: null, type: null };
  if (body instanceof URLSearchParams) return { text: body.toString(), type: 'application/x-www-form-urlencoded' };
  return { text: JSON.stringify(body), type: 'application/json' };
}

/** `identity` forbids compression: a small compressed answer could exceed `maxReplyBytes` when it is unpacked. */
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
