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

/**
 * Response schemas: the audit log, a person's security history and caller verifications, and the helpdesk's search for
 * people.
 */

const requested = z.nullable(z.enum(operations));

/** One row of the audit log. An export has these fields as columns, in this order. */
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
  /** The approver's decision. */
  decision: z.nullable(z.enum(['approve', 'deny'])),
  /** The reason: a code that an agent or approver chose, or a text of the portal. */
  reason: z.nullable(z.string()),
  note: z.nullable(z.string()),
  /** The portal's addition: what a request asks for and why it needs an approver, or how an outcome was found. */
  detail: z.nullable(z.string()),
  ticket: z.nullable(z.string()),
  callerVerification: z.nullable(z.string()),
  approver: z.nullable(z.string()),
  address: z.nullable(z.string()),
  browser: z.nullable(z.string()),
  requestId: z.nullable(z.string()),
  /** The operation to which the row belongs. */
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
/** One row of the log for the log's page, with names of people. Null: nobody is signed in. */
const auditLine = z.strictObject({
  ...{ seq, at, type, event, kind, ticket, address, requestId },
  /** Null while an intent has no outcome. */
  outcome,
  by: name,
  /** True if `by` is an operator, a user of the portal's host. */
  operator: z.boolean(),
  /** Null if the row is about no other person. */
  person: name,
  browser: name,
  system: name,
  /** The refused endpoint, null if the log does not say, and the error code. */
  refused: z.nullable(z.strictObject({ tried: z.nullable(z.string()), code: z.nullable(z.string()) })),
  /** How many refusals this row stands for. */
  times: z.number(),
  reason: z.nullable(z.enum(operationReasons)),
  note: z.nullable(z.string()),
  /** Why an approver denied. */
  denial: z.nullable(z.enum(denialReasons)),
  /** The operation that a request for approval asks for. */
  requested,
  withdrawal: z.nullable(z.enum(ownEndings)),
  /** True if an already open page read the person again. */
  again: z.boolean(),
  /** What was suspicious about a reported call. */
  signs: z.array(z.enum(callSigns)),
  failure: z.nullable(z.enum(verificationFailures)),
  /** How the caller was verified, and when. `at` is null in the row of the verification itself. */
  verified: z.nullable(z.strictObject({ type: z.enum(callerVerificationTypes), at: z.nullable(z.string()) })),
  /** True if the operation requires a verified caller but had none. */
  unverified: z.boolean(),
  approver: name,
  /** Whether a caller verification failed in the same operation. */
  denied: z.boolean(),
  /** The outcome of a request for approval. */
  decision: z.nullable(z.strictObject({ event, by: name })),
  /** The operation whose other rows the page can show; null if there are none. */
  operation: z.nullable(z.string()),
});
export const auditAccess = z.strictObject({
  /**
   * The step-up that the policy requires for reading; null if it requires none. `until`: when the step-up that the
   * reader already has expires; null if the reader must still do it.
   */
  stepUp: z.nullable(z.extend(neededStepUp, { until: z.nullable(z.string()) })),
});
export const auditLines = z.strictObject({
  lines: z.array(auditLine),
  /** The time up to which the page searched, if it stopped before the log's end and before the page was full. */
  searchedTo: z.nullable(z.string()),
  /** `before` for the next page; null on the last page. */
  next: z.nullable(z.string()),
});

/** One entry of a person's own security history. */
export const securityHistoryEntry = z.strictObject({
  id: z.string(),
  at: z.string(),
  event: z.string(),
  /** A reset of several methods names all their kinds, separated by spaces. */
  kind: z.nullable(z.string()),
  /** The operation that a request for approval asks for. */
  requested,
  /** Who did it: the person or the helpdesk. `agent`: the staff member's name. */
  by: z.enum(['you', 'helpdesk']),
  agent: z.nullable(z.string()),
  browser: z.nullable(z.string()),
  system: z.nullable(z.string()),
  /** The address from which the person acted; null if unknown, or if the reader may not see it. */
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
      /** `open`: waits for an answer. `answered`: the person has a code. `used`: by a reset or a request for one. */
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
/** The person reads out `code` to the agent; null after `no`. `reset`: a reset had already used the verification. */
export const callerVerificationAnswered = z.strictObject({
  reset: z.boolean(),
  code: z.nullable(z.string()),
  expiresAt: z.nullable(z.string()),
});

/** The result of a search for people. */
export const peopleFound = z.strictObject({
  people: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      login: z.string(),
      /** The masked email address; null if it equals the login. */
      email: z.nullable(z.string()),
      status: z.string(),
      attackSigns: z.boolean(),
      /** Title and department, if another person in the result has the same name; otherwise empty. */
      about: z.array(z.string()),
    }),
  ),
  /** True if there may be further matches. */
  more: z.boolean(),
  /** True if Okta's rate limit did not allow reading every match. */
  limited: z.boolean(),
});
