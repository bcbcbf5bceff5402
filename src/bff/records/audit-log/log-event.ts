import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import * as z from 'zod';
import type { AuditRow } from './append.ts';
import { joinReason, splitReason } from '#contract/audit-log/reason-parts.ts';
import { OPERATOR } from './operation.ts';

/** Uses the names of Okta's System Log. Contains all values of the row, so that a receiver can compute every hash. */
const logEvent = z.object({
  /** Derived from the row's hash. A receiver that gets a row twice can recognise it. */
  uuid: z.string(),
  published: z.iso.datetime(),
  eventType: z.string(),
  version: z.literal('0'),
  severity: z.enum(['INFO', 'WARN']),
  actor: z.object({ id: z.string().nullable(), type: z.enum(['User', 'SystemPrincipal']) }),
  client: z.object({
    ipAddress: z.string().nullable(),
    userAgent: z.object({ rawUserAgent: z.string().nullable() }),
  }),
  /** `result` is null for an intent, because the change has not been made yet. */
  outcome: z.object({
    result: z.enum(['SUCCESS', 'FAILURE', 'UNKNOWN']).nullable(),
    reason: z.string().nullable(),
  }),
  target: z.array(z.object({ id: z.string(), type: z.enum(['User', 'Factor']) })),
  transaction: z.object({ id: z.string().nullable(), type: z.literal('WEB') }),
  debugContext: z.object({
    debugData: z.object({
      sequence: z.int(),
      phase: z.enum(['intent', 'outcome', 'event']),
      intent: z.int().nullable(),
      factorType: z.string().nullable(),
      /** Parts of the reason. Events of older versions lack them, and have the whole reason in `outcome`. */
      decision: z.enum(['approve', 'deny']).nullish(),
      note: z.string().nullish(),
      detail: z.string().nullish(),
      ticket: z.string().nullable(),
      callerVerification: z.string().nullable(),
      approver: z.string().nullable(),
      correlationId: z.string().nullable(),
      /** The row's salt, the previous row's hash and the row's own hash (`chain.ts`). */
      salt: z.string(),
      previousHash: z.string(),
      hash: z.string(),
    }),
  }),
});
export type LogEvent = z.infer<typeof logEvent>;

/** UUID of version 8 (RFC 9562). */
function createUuid(hash: string): string {
  const bytes = Buffer.from(hash, 'base64url').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const results = { success: 'SUCCESS', failure: 'FAILURE', unknown: 'UNKNOWN' } as const;
const outcomes = { SUCCESS: 'success', FAILURE: 'failure', UNKNOWN: 'unknown' } as const;

export function toLogEvent(row: AuditRow): LogEvent {
  const { actor, subject, factor_id: factorId } = row;
  const { reason, ...said } = splitReason(row);
  return {
    uuid: createUuid(row.hash),
    published: new Date(row.at).toISOString(),
    eventType: row.event,
    version: '0',
    severity: row.outcome === 'failure' ? 'WARN' : 'INFO',
    actor: { id: actor, type: actor === null || actor.startsWith(OPERATOR) ? 'SystemPrincipal' : 'User' },
    client: { ipAddress: row.address, userAgent: { rawUserAgent: row.agent } },
    outcome: { result: row.outcome && results[row.outcome], reason },
    target: [
      ...(subject === null ? [] : [{ id: subject, type: 'User' as const }]),
      ...(factorId === null ? [] : [{ id: factorId, type: 'Factor' as const }]),
    ],
    transaction: { id: row.request_id, type: 'WEB' },
    debugContext: {
      debugData: {
        sequence: row.seq,
        phase: row.type,
        intent: row.intent,
        factorType: row.kind,
        ...said,
        ticket: row.ticket,
        callerVerification: row.caller_verification,
        approver: row.approver,
        correlationId: row.correlation_id,
        salt: row.salt,
        previousHash: row.prev,
        hash: row.hash,
      },
    },
  };
}

/** Null if the value is not an event, or if its `decision` contradicts the row. */
export function parseRow(value: unknown): AuditRow | null {
  const parsed = logEvent.safeParse(value);
  if (!parsed.success) return null;
  const { published, eventType, actor, client, outcome, target, transaction, debugContext } = parsed.data;
  const data = debugContext.debugData;
  const findTarget = (type: 'User' | 'Factor') => target.find((one) => one.type === type)?.id ?? null;
  const row: AuditRow = {
    seq: data.sequence,
    at: Date.parse(published),
    type: data.phase,
    intent: data.intent,
    // The log of an older version may have other events.
    event: eventType as AuditEvent,
    actor: actor.id,
    subject: findTarget('User'),
    factor_id: findTarget('Factor'),
    kind: data.factorType,
    outcome: outcome.result && outcomes[outcome.result],
    reason: joinReason(eventType, { reason: outcome.reason, note: data.note ?? null, detail: data.detail ?? null }),
    address: client.ipAddress,
    agent: client.userAgent.rawUserAgent,
    request_id: transaction.id,
    ticket: data.ticket,
    caller_verification: data.callerVerification,
    approver: data.approver,
    correlation_id: data.correlationId,
    salt: data.salt,
    prev: data.previousHash,
    hash: data.hash,
  };
  // `decision` follows from the row, which the hash covers. So a forged `decision` is detected.
  return data.decision === undefined || data.decision === splitReason(row).decision ? row : null;
}
