import { randomUUID } from 'node:crypto';

/** W3C Trace Context. Ids are lower-case hexadecimal. */
export type Trace = {
  traceId: string;
  spanId: string;
  traceparent: string;
};

/** Later versions may have more after the flags. Version `ff` and ids of zeros are invalid. */
const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** This half of a UUID has the variant bits, so the id is never zero. */
const newSpanId = (): string => {
  const uuid = randomUUID();
  return `${uuid.slice(19, 23)}${uuid.slice(24)}`;
};

/** Without a valid header, the request's id (a UUID) begins a trace. */
export function parseTrace(header: string | string[] | undefined, requestId: string): Trace {
  const spanId = newSpanId();
  const [, version, given, flags, more] = (typeof header === 'string' && pattern.exec(header)) || [];
  const continues = given !== undefined && (version !== '00' || more === undefined);
  const traceId = continues ? given : requestId.replaceAll('-', '');
  const sampled = !continues || (Number.parseInt(flags!, 16) & SAMPLED) !== 0;
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-0${sampled ? 1 : 0}` };
}
