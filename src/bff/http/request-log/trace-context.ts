import { randomUUID } from 'node:crypto';

/** A request's part in a trace (W3C Trace Context). Ids are lower-case hexadecimal. */
export type Trace = {
  traceId: string;
  /** The request's id within the trace. */
  spanId: string;
  /** The `traceparent` header of the request's calls. */
  traceparent: string;
};

/**
 * A valid `traceparent` header. Later versions may have more after the flags. Version `ff` and ids of zeros only are
 * invalid.
 */
const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** Half of a random UUID. This half has the variant bits, which are set, so the id is never zero. */
const newSpanId = (): string => {
  const uuid = randomUUID();
  return `${uuid.slice(19, 23)}${uuid.slice(24)}`;
};

/**
 * Continues the trace of a valid `traceparent` header. Otherwise begins a trace with the request's id.
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
