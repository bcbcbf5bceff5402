import * as z from 'zod/mini';
import { namedMethod, neededStepUp } from './replies.ts';
import {
  callerVerificationTypes,
  callSigns,
  denialReasons,
  operationReasons,
  operations,
  ownEndings,
} from './helpdesk-schemas.ts';

/** Response schemas of the audit log's endpoints, and of what people see of the helpdesk on their own pages. */

const requested = z.nullable(z.enum(operations));

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
  /** What an approver decided. */
  decision: z.nullable(z.enum(['approve', 'deny'])),
  /** Why: a code of an agent's or approver's choice, or the portal's words. */
  reason: z.nullable(z.string()),
  note: z.nullable(z.string()),
  /** What the portal added: what a request asks for and why it needs an approver, or how an outcome was found. */
  detail: z.nullable(z.string()),
  ticket: z.nullable(z.string()),
  callerVerification: z.nullable(z.string()),
  approver: z.nullable(z.string()),
  address: z.nullable(z.string()),
  browser: z.nullable(z.string()),
  requestId: z.nullable(z.string()),
  /** The operation that the row belongs to. */
  correlationId: z.nullable(z.string()),
});

/** Why a caller could not be verified. */
const verificationFailures = [
  'denied_on_phone',
  'did_not_call',
  'wrong_code',
  'too_many_wrong_codes',
  'not_answered',
  'error',
] as const;
const { seq, at, type, event, outcome, kind, ticket, address, requestId } = auditEntry.shape;
const name = z.nullable(z.string());
/**
 * One row of the log as a line of the page. People are names; null for nobody who is signed in.
 */
const auditLine = z.strictObject({
  ...{ seq, at, type, event, kind, ticket, address, requestId },
  /** Null while an intent has no outcome. */
  outcome,
  by: name,
  /** True when `by` is a user of the portal's host. */
  operator: z.boolean(),
  /** Null when it is about nobody else. */
  person: name,
  browser: name,
  system: name,
  /** The endpoint that was asked, null when the log does not say, and the error code. */
  refused: z.nullable(z.strictObject({ tried: z.nullable(z.string()), code: z.nullable(z.string()) })),
  /** How many refusals the row counts. */
  times: z.number(),
  reason: z.nullable(z.enum(operationReasons)),
  note: z.nullable(z.string()),
  /** Why an approver denied. */
  denial: z.nullable(z.enum(denialReasons)),
  /** Why the agent withdrew a request. */
  requested,
  withdrawal: z.nullable(z.enum(ownEndings)),
  /** True for a look by a page that was open already. */
  again: z.boolean(),
  /** What was odd about a call that was reported. */
  signs: z.array(z.enum(callSigns)),
  failure: z.nullable(z.enum(verificationFailures)),
  /** How the caller was verified, and when; `at` is null in the line of the verification itself. */
  verified: z.nullable(z.strictObject({ type: z.enum(callerVerificationTypes), at: z.nullable(z.string()) })),
  /** True if no caller was verified for an operation that requires it. */
  unverified: z.boolean(),
  approver: name,
  /** Whether a verification of the caller failed in the same operation. */
  denied: z.boolean(),
  /** What became of a request for approval. */
  decision: z.nullable(z.strictObject({ event, by: name })),
  /** The operation whose other rows the line opens; null for a row that stands alone. */
  operation: z.nullable(z.string()),
});
export const auditAccess = z.strictObject({
  /** What reading takes; null: nothing. `until`: when the one that they made ends. */
  stepUp: z.nullable(z.extend(neededStepUp, { until: z.nullable(z.string()) })),
});
export const auditLines = z.strictObject({
  lines: z.array(auditLine),
  /** Up to when the page looked, if it ended before the log did and before it was full. */
  searchedTo: z.nullable(z.string()),
  /** The `before` of the next page; null on the last page. */
  next: z.nullable(z.string()),
});

/** One entry of a person's own security history. */
export const securityHistoryEntry = z.strictObject({
  id: z.string(),
  at: z.string(),
  event: z.string(),
  /** A reset of several methods names the kind of each, with spaces between. */
  kind: z.nullable(z.string()),
  /** What a request for approval asks for. */
  requested,
  /** Who did it: the person, the helpdesk (by name), or the org. */
  by: z.enum(['you', 'helpdesk']),
  agent: z.nullable(z.string()),
  browser: z.nullable(z.string()),
  system: z.nullable(z.string()),
  /** Where the person was; null where it is not theirs to see, or unknown. */
  address: z.nullable(z.string()),
  outcome: z.nullable(z.string()),
});

export const securityHistory = z.strictObject({
  entries: z.array(securityHistoryEntry),
  frozenAt: z.nullable(z.string()),
});

export const callerVerificationList = z.strictObject({
  requests: z.array(
    z.strictObject({
      id: z.string(),
      type: z.enum(['push', 'own-session', 'call-back']),
      /** `open`: waits for an answer; `answered`: the person has a code; `used`: by a reset, or a request for one. */
      end: z.enum(['open', 'answered', 'verified', 'used', 'denied', 'expired', 'withdrawn']),
      /** The agent who started the verification. */
      agent: z.string(),
      methods: z.array(namedMethod),
      all: z.boolean(),
      reason: z.enum(operationReasons),
      at: z.string(),
      expiresAt: z.string(),
    }),
  ),
});
/** The person reads `code` to the agent; null after `no`. `reset`: a reset used what was denied. */
export const callerVerificationAnswered = z.strictObject({
  reset: z.boolean(),
  code: z.nullable(z.string()),
  expiresAt: z.nullable(z.string()),
});

/** What a search for people finds. */
export const peopleFound = z.strictObject({
  people: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      login: z.string(),
      /** Masked; null if it is the login. */
      email: z.nullable(z.string()),
      status: z.string(),
      attackSigns: z.boolean(),
      /** Their title and department, if somebody else who was found has the same name; else empty. */
      about: z.array(z.string()),
    }),
  ),
  /** True when there may be more matches than these. */
  more: z.boolean(),
  /** True when Okta's rate limit left no room to read every match. */
  limited: z.boolean(),
});
