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

const requested = z.nullable(z.enum(operations));

/** An export has these fields as columns, in this order. */
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
  decision: z.nullable(z.enum(['approve', 'deny'])),
  /** A code that an agent or approver chose, or a text of the portal. */
  reason: z.nullable(z.string()),
  note: z.nullable(z.string()),
  /** What the portal added to the reason. */
  detail: z.nullable(z.string()),
  ticket: z.nullable(z.string()),
  callerVerification: z.nullable(z.string()),
  approver: z.nullable(z.string()),
  address: z.nullable(z.string()),
  browser: z.nullable(z.string()),
  requestId: z.nullable(z.string()),
  correlationId: z.nullable(z.string()),
});

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
/** One row of the log, with people's names instead of ids. `by` null: nobody was signed in. */
const auditLine = z.strictObject({
  ...{ seq, at, type, event, kind, ticket, address, requestId },
  /** Null while an intent has no outcome. */
  outcome,
  by: name,
  /** `by` is a user of the portal's host. */
  operator: z.boolean(),
  /** Null if the row is about nobody other than `by`. */
  person: name,
  browser: name,
  system: name,
  /** `tried`: the refused endpoint, or null if the log does not say. */
  refused: z.nullable(z.strictObject({ tried: z.nullable(z.string()), code: z.nullable(z.string()) })),
  /** How many refusals this row stands for. */
  times: z.number(),
  reason: z.nullable(z.enum(operationReasons)),
  note: z.nullable(z.string()),
  denial: z.nullable(z.enum(denialReasons)),
  /** The operation that a request for approval asks for. */
  requested,
  withdrawal: z.nullable(z.enum(ownEndings)),
  /** The row records that a page that was already open fetched the person again. */
  again: z.boolean(),
  signs: z.array(z.enum(callSigns)),
  failure: z.nullable(z.enum(verificationFailures)),
  /** `at`: null in the row of the verification itself. */
  verified: z.nullable(z.strictObject({ type: z.enum(callerVerificationTypes), at: z.nullable(z.string()) })),
  /** The operation requires a verified caller but had none. */
  unverified: z.boolean(),
  approver: name,
  /** A caller verification failed in the same operation. */
  denied: z.boolean(),
  decision: z.nullable(z.strictObject({ event, by: name })),
  /** The operation's id, if the page can show other rows of it. */
  operation: z.nullable(z.string()),
});
export const auditAccess = z.strictObject({
  /** Null if no step-up is required. `until`: when the reader's step-up expires; null if the reader has not done it. */
  stepUp: z.nullable(z.extend(neededStepUp, { until: z.nullable(z.string()) })),
});
export const auditLines = z.strictObject({
  lines: z.array(auditLine),
  /**
   * The time up to which the page searched. Set if the search stopped before the log's end and before the page was
   * full.
   */
  searchedTo: z.nullable(z.string()),
  /** `before` for the next page; null on the last page. */
  next: z.nullable(z.string()),
  token: z.string(),
});

export const securityHistoryEntry = z.strictObject({
  id: z.string(),
  at: z.string(),
  event: z.string(),
  /** The kinds of all changed methods, separated by spaces. */
  kind: z.nullable(z.string()),
  requested,
  by: z.enum(['you', 'helpdesk']),
  agent: z.nullable(z.string()),
  browser: z.nullable(z.string()),
  system: z.nullable(z.string()),
  /** Null if unknown, or if the reader may not see it. */
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
      /** `answered`: the person has a code. `used`: a reset, or a request for a reset, has used the verification. */
      end: z.enum(['open', 'answered', 'verified', 'used', 'denied', 'expired', 'withdrawn']),
      agent: z.string(),
      methods: z.array(namedMethod),
      all: z.boolean(),
      reason: z.enum(operationReasons),
      at: z.string(),
      expiresAt: z.string(),
    }),
  ),
});
/** `code`: the person reads it out; null after `no`. `reset`: a reset had already used the verification. */
export const callerVerificationAnswered = z.strictObject({
  reset: z.boolean(),
  code: z.nullable(z.string()),
  expiresAt: z.nullable(z.string()),
});

export const peopleFound = z.strictObject({
  people: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      login: z.string(),
      /** Masked; null if it equals the login. */
      email: z.nullable(z.string()),
      status: z.string(),
      attackSigns: z.boolean(),
      /** Title and department, if another person in the result has the same name. */
      about: z.array(z.string()),
    }),
  ),
  more: z.boolean(),
  /** Okta's rate limit did not allow reading every match. */
  limited: z.boolean(),
});
