import * as z from 'zod/mini';
import { callerVerificationTypes, callSigns, mistakes, resetReasons } from './helpdesk-schemas.ts';

/** Response schemas of the audit log's endpoints. */

/** One row of the audit log. An export has these fields as its columns, in this order. */
export const auditEntry = z.strictObject({
  seq: z.number(),
  at: z.string(),
  type: z.enum(['intent', 'outcome', 'event']),
  event: z.string(),
  actor: z.nullable(z.string()),
  subject: z.nullable(z.string()),
  factorId: z.nullable(z.string()),
  kind: z.nullable(z.string()),
  outcome: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  ticket: z.nullable(z.string()),
  callerVerification: z.nullable(z.string()),
  approver: z.nullable(z.string()),
  address: z.nullable(z.string()),
  agent: z.nullable(z.string()),
  requestId: z.nullable(z.string()),
  /** The act that the row belongs to. */
  correlationId: z.nullable(z.string()),
});

/** The endpoint that was asked, null when the log does not say, and the error code. */
const refused = z.nullable(z.strictObject({ tried: z.nullable(z.string()), code: z.nullable(z.string()) }));
const { seq, at, type, event, outcome, address, requestId } = auditEntry.shape;
/** One row of an act. Who reads their own acts does not see from where others acted. */
const auditActRow = z.strictObject({
  ...{ seq, at, type, event, outcome, kind: auditEntry.shape.kind, address, requestId },
  by: z.nullable(z.string()),
  person: z.nullable(z.string()),
  refused,
  browser: z.nullable(z.string()),
  system: z.nullable(z.string()),
});
/** One act: what its most important row says, with what its other rows add. People are names. */
const auditAct = z.strictObject({
  /** Tells the acts of a page apart. */
  key: z.string(),
  at: z.string(),
  event: z.string(),
  /** Null while an intent has no outcome. */
  outcome: z.nullable(z.string()),
  /** Null: nobody who is signed in, or nobody whom the portal knows. */
  by: z.nullable(z.string()),
  /** True when `by` is a user of the portal's host. */
  operator: z.boolean(),
  /** Null when it is about nobody else. */
  person: z.nullable(z.string()),
  kind: z.nullable(z.string()),
  /** How often it happened within the act. */
  times: z.number(),
  refused,
  ticket: z.nullable(z.string()),
  reason: z.nullable(z.enum(resetReasons)),
  note: z.nullable(z.string()),
  /** What was odd about the call, if an agent reported it within the act. */
  signs: z.array(z.enum(callSigns)),
  /** How and when the caller was verified. */
  verified: z.nullable(z.strictObject({ type: z.enum(callerVerificationTypes), at: z.nullable(z.string()) })),
  /** True for what takes a verified caller and had none. */
  unverified: z.boolean(),
  approver: z.nullable(z.string()),
  requester: z.nullable(z.string()),
  /** Whether a verification of the caller failed. */
  denied: z.boolean(),
  /** How many requests were refused besides. */
  refusals: z.number(),
  notified: z.number(),
  /** What was said to be wrong with it since, oldest first. The entries stay as they are. */
  amendments: z.array(
    z.strictObject({
      at: z.string(),
      by: z.nullable(z.string()),
      mistake: z.enum(mistakes),
      reason: z.string(),
      /** The right ticket. */
      ticket: z.nullable(z.string()),
    }),
  ),
  /** The number of the entry that the reader may amend; null for none. */
  amends: z.nullable(z.number()),
  rows: z.array(auditActRow),
});
export const amended = z.strictObject({ at: z.string() });
const knownPerson = z.strictObject({ name: z.string(), login: z.string() });
export const auditPeople = z.strictObject({ people: z.array(knownPerson) });
export const auditActs = z.strictObject({
  acts: z.array(auditAct),
  /** With the first page: how many acts match, up to a thousand; `more`: there are more than that. */
  count: z.nullable(z.strictObject({ acts: z.number(), more: z.boolean() })),
  /** Whom the typed beginnings of names mean, if more than one. */
  people: z.array(knownPerson),
  /** The `before` of the next page; null on the last page. */
  next: z.nullable(z.string()),
});
