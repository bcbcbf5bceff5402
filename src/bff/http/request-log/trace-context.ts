import { randomUUID } from 'node:crypto';

/** One request as a part of a trace (W3C Trace Context): lower-case hexadecimal ids. */
export type Trace = {
  traceId: string;
  /** This request's own part of the trace. */
  spanId: string;
  /** The header for calls that the request makes. */
  traceparent: string;
};

/** A later version may have more after the flags; `ff` is none, and ids are not all zero. */
const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** Half a random UUID; its variant bits are set, so that it is never zero. */
const newSpanId = (): string => {
  const uuid = randomUUID();
  return `${uuid.slice(19, 23)}${uuid.slice(24)}`;
};

/**
 * Continues the trace of a `traceparent` header. For any other value a trace begins, with the request's id.
 * @param requestId a UUID
 */
export function parseTrace(header: string | string[] | undefined, requestId: string): Trace {
  const spanId = newSpanId();
  const [, version, given, flags, more] = (typeof header === 'string' && pattern.exec(header)) || [];
  const continues = given !== undefined && (version !== '00' || more === undefined);
  const traceId = continues ? given : requestId.replaceAll('-', '');
  const sampled = !continues || (Number.parseInt(flags!, 16) & SAMPLED) !== 0;
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-0${sampled ? 1 : 0}` };
}
