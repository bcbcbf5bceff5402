import * as z from 'zod/mini';
import {
  approvalReasons,
  attackSignKinds,
  callSigns,
  callerVerificationTypes,
  denialReasons,
  missingCodes,
  operationReasons,
  operations,
  ownEndings,
} from './helpdesk-schemas.ts';
import { factor, namedMethod, neededStepUp } from './replies.ts';
import { locale } from './schemas.ts';

/** Response schemas of the helpdesk's endpoints. None contains a secret, a code of a method, or a full phone number. */

/** Roles and target types of the helpdesk policy. */
export const helpdeskRoles = ['nobody', 'agent', 'approver', 'auditor', 'target'] as const;
export const targetKinds = ['self', 'peer', 'above', 'in-scope', 'privileged'] as const;

const reasonsToApprove = z.array(z.enum(approvalReasons));
const named = z.strictObject({ id: z.string(), name: z.string(), login: z.string() });
const methods = z.array(z.extend(namedMethod, { id: z.string(), detail: z.nullable(z.string()) }));

/** How many operations the agent has left in this hour, and when the next becomes possible. Null: enough are left. */
export const agentLimit = z.nullable(z.strictObject({ left: z.number(), nextAt: z.string() }));

export const ownStepUp = z.strictObject({
  /** What a staff member's own methods lack for the step-up that `HELPDESK_ACR` requires; null: nothing is known. */
  lacks: z.nullable(z.enum(['second_method', 'phishing_resistant'])),
  limit: agentLimit,
});

/** Whether something is allowed, and the rule of the helpdesk's policy for it. The browser has texts for rules. */
const permission = z.strictObject({ allowed: z.boolean(), rule: z.string() });

export const callerVerification = z.strictObject({
  id: z.string(),
  type: z.enum(callerVerificationTypes),
  status: z.enum(['waiting', 'verified', 'denied', 'expired', 'used', 'withdrawn']),
  /** The number that the agent reads out and the caller chooses on the phone. Only while a push is pending. */
  number: z.nullable(z.number()),
  /** How many tries are left for the code that the caller reads out. */
  triesLeft: z.nullable(z.number()),
  expiresAt: z.string(),
  /** The choice for which the caller is verified. A wider reset or another reason needs another verification. */
  choice: z.strictObject({
    factorIds: z.union([z.array(z.string()), z.literal('all')]),
    reason: z.enum(operationReasons),
  }),
  /** A doubt about this verification: its method is to be reset, or may be on the lost phone. */
  doubt: z.nullable(z.enum(['same_method', 'same_phone'])),
  needsApproval: z.boolean(),
});

/** A recent event that may be part of an attack. For 24 hours after it, a reset needs an approver. */
const attackSign = z.strictObject({
  kind: z.enum(attackSignKinds),
  /** The agent who asked the person or reported the call; for `request_denied`, the approver; null for a freeze. */
  by: z.nullable(z.string()),
  times: z.number(),
  /** The time of the last occurrence. */
  at: z.string(),
  /** What was suspicious about a reported call; empty for other kinds. */
  signs: z.array(z.enum(callSigns)),
});
const attackSigns = z.array(attackSign);
const by = z.nullable(z.string());
/** `kind` as in the audit log: a reset of several methods names all their kinds, separated by spaces. */
const change = z.strictObject({ at: z.string(), event: z.string(), kind: z.nullable(z.string()), by });
const recentChanges = z.array(change);

/** Facts that help an approver to decide, as of the time when the request is read. */
export const approvalEvidence = z.strictObject({
  attackSigns,
  /** Changes of the person's methods in the last 30 days, newest first. */
  recentChanges,
  /** Resets of the person in the last 30 days, newest first: who asked, and who approved. */
  resets: z.array(z.strictObject({ at: z.string(), by: z.nullable(z.string()), approver: z.nullable(z.string()) })),
  /** Requests about the person that ended in the last 24 hours. `withdrawn`: by a freeze or by the person's "No". */
  ended: z.array(
    z.strictObject({
      at: z.string(),
      by: z.string(),
      status: z.enum(['denied', 'withdrawn', ...ownEndings]),
      denial: z.nullable(z.enum(denialReasons)),
      reason: z.enum(operationReasons),
    }),
  ),
  /** How many resets this agent did or requested in the last 24 hours, including this request. */
  agentResets: z.number(),
});

/** How a person without a method gets the recovery code: by email to masked addresses, or from an approver. */
const recoveryCodeTo = z.nullable(z.strictObject({ sentTo: z.array(z.string()), inPerson: z.boolean() }));
/** What an operation did. */
const effects = z.strictObject({
  removed: z.array(namedMethod),
  remaining: z.array(namedMethod),
  recoveryCode: recoveryCodeTo,
  /** The masked addresses that were notified. */
  notified: z.array(z.string()),
});

export const approval = z.strictObject({
  id: z.string(),
  status: z.enum(['waiting', 'approved', 'denied', 'expired', 'done', 'failed', 'unknown', 'withdrawn', ...ownEndings]),
  agent: named,
  person: named,
  /**
   * The methods to reset. For an unfreeze: the methods of the pending reset, which must be removed before the unfreeze.
   */
  methods,
  all: z.boolean(),
  reason: z.enum(operationReasons),
  ticket: z.string(),
  note: z.nullable(z.string()),
  /** How the caller was verified, or null. */
  callerVerificationType: z.nullable(z.enum(callerVerificationTypes)),
  /** The method and time of the caller's verification, with its doubts; null if there was none. */
  caller: z.nullable(
    z.strictObject({
      method: z.nullable(namedMethod),
      at: z.string(),
      /**
       * `same_method`: the method is one of those to reset. `same_phone`: the method may be on the lost phone.
       * `changed_recently`: the method, or another with which the caller could answer, is newer than seven days.
       */
      warnings: z.array(z.enum(['same_method', 'same_phone', 'changed_recently'])),
    }),
  ),
  /** What remains after the reset, and the masked addresses for the recovery code and the notification. */
  consequences: z.strictObject({
    remaining: z.array(namedMethod),
    /**
     * Remaining methods that were added or changed in the seven days before the freeze or later. Only for an unfreeze.
     */
    suspects: z.array(namedMethod),
    codeTo: z.array(z.string()),
    notifies: z.array(z.string()),
  }),
  /** Only in the list, for an approver who may decide this request now. */
  evidence: z.nullable(approvalEvidence),
  /** Null if the operation was not done, or was done by an earlier version of the portal. */
  effects: z.nullable(effects),
  approvalReasons: reasonsToApprove,
  operation: z.enum(operations),
  createdAt: z.string(),
  expiresAt: z.string(),
  decidedBy: z.nullable(named),
  decidedAt: z.nullable(z.string()),
  /** Why the request was denied, and the approver's note on the decision. */
  denial: z.nullable(z.enum(denialReasons)),
  decisionNote: z.nullable(z.string()),
  /** True if the reader may decide this request now. */
  mine: z.boolean(),
  /** When the portal retries to cancel the person's enrollments from before a reset or freeze; null if none is left. */
  cancellationAt: z.nullable(z.string()),
  /** True while the approver still has to hand over a recovery code. */
  recoveryCodeWaits: z.boolean(),
});

/** What is removed with one method: parts of Okta Verify. Also whether Okta restores the method. */
const alsoRemoved = z.strictObject({
  factorId: z.string(),
  parts: z.array(z.enum(['push', 'totp', 'fastpass'])),
  restoredByOkta: z.boolean(),
});

export const operationPlan = z.strictObject({
  operation: z.enum(operations),
  removed: z.array(alsoRemoved),
  /** Ids of the methods that the person can use afterwards. */
  remaining: z.array(z.string()),
  recoveryCode: recoveryCodeTo,
  /** The person's masked addresses, and how many more addresses were removed since shortly before the freeze. */
  notifies: z.array(z.string()),
  notifiesRemoved: z.number(),
  /** Empty if, as far as known, no approver has to agree. */
  approvalReasons: reasonsToApprove,
  /** Each way to verify the caller, with the reasons for an approver that this way would add. */
  callerOptions: z.array(
    z.strictObject({
      type: z.enum(callerVerificationTypes),
      factorId: z.nullable(z.string()),
      approvalReasons: reasonsToApprove,
    }),
  ),
  /** The errors with which the request would be refused; empty if nothing is missing. */
  missing: z.array(
    z.strictObject({ code: z.enum(missingCodes), rule: z.optional(z.string()), retryAt: z.optional(z.string()) }),
  ),
  /** The agent's own step-up, which they do last; null if they have a valid one. */
  stepUp: z.nullable(neededStepUp),
});

export const helpdeskPerson = z.strictObject({
  person: z.strictObject({
    id: z.string(),
    name: z.string(),
    login: z.string(),
    status: z.string(),
    groups: z.array(z.string()),
    /** The language of their pages and emails. */
    language: locale,
    /** Masked phone numbers that the agent can call. */
    phones: z.array(z.strictObject({ factorId: z.string(), number: z.string(), changedRecently: z.boolean() })),
  }),
  target: z.enum(targetKinds),
  /** Parameters for `watchPerson`. */
  watch: z.strictObject({ token: z.string(), state: z.string() }),
  factors: z.array(factor),
  alsoRemoved: z.array(alsoRemoved),
  attackSigns,
  /** Set if an approver must agree to any reset. `until`: until when; null: as long as the person is privileged. */
  needsApprover: z.nullable(z.strictObject({ until: z.nullable(z.string()) })),
  limit: agentLimit,
  warnings: z.array(
    z.enum(['recently_reset', 'contact_changed', 'privileged', 'roles_unknown', 'frozen', 'not_active']),
  ),
  /** When changes were frozen, or null. */
  frozenAt: z.nullable(z.string()),
  /** When the portal next cancels an enrollment at Okta from before a reset or freeze; null if none is left. */
  cancellationAt: z.nullable(z.string()),
  /** The recovery code that the person's next enrollment needs, and until when it is valid. Null: no code is needed. */
  recoveryCode: z.nullable(z.strictObject({ until: z.nullable(z.string()) })),
  /** The actions that the person said were not theirs, oldest first. `by`: the staff member, if any. */
  reported: recentChanges,
  /** Ids of methods added or changed since seven days before the freeze. They verify no caller. Empty if not frozen. */
  suspects: z.array(z.string()),
  /** Changes of the last 30 days, newest first. */
  recentChanges,
  permissions: z.strictObject({
    challenge: permission,
    resetOne: permission,
    resetAll: permission,
    unfreeze: permission,
    unlock: permission,
    report: permission,
  }),
  /** How this caller can be verified, strongest first. */
  callerVerificationOptions: z.array(
    z.strictObject({
      type: z.enum(callerVerificationTypes),
      factorId: z.nullable(z.string()),
      method: z.nullable(namedMethod),
      detail: z.nullable(z.string()),
    }),
  ),
  /** Whether an approver may allow a reset although the caller was not verified. */
  unverifiedAllowed: z.boolean(),
  /** If the last request of the last 24 hours that the reader may see was denied: the decision. Otherwise null. */
  lastDenial: z.nullable(
    z.strictObject({
      by: z.string(),
      agent: z.string(),
      at: z.string(),
      denial: z.nullable(z.enum(denialReasons)),
      decisionNote: z.nullable(z.string()),
    }),
  ),
  /** All requests that wait for an approver. Only the agent who made a request can replace it. */
  waitingApprovals: z.array(
    z.strictObject({
      operation: z.enum(operations),
      by: z.string(),
      own: z.boolean(),
      /** The operations that the reader can neither do nor request while this request waits. */
      blocks: z.array(z.enum(operations)),
      at: z.string(),
      expiresAt: z.string(),
    }),
  ),
});

export const resetAnswer = z.discriminatedUnion('status', [
  z.extend(effects, {
    status: z.literal('done'),
    operation: z.enum(operations),
    at: z.string(),
  }),
  z.strictObject({ status: z.literal('waiting'), approval }),
]);

/** A hash of the person's signs of attack and freeze. It changes when one of them does. */
export const personState = z.strictObject({ state: z.string() });
/** `cancellationAt` as in `helpdeskPerson`. */
export const enrollmentsCancelled = z.strictObject({ cancellationAt: z.nullable(z.string()) });
/** The person's signs of attack, including the new report. */
export const callReported = z.strictObject({ attackSigns });
export const approvalList = z.strictObject({ approvals: z.array(approval) });
/** `since`: when the agent last acted before this session; null: never. Earlier outcomes are no news. */
export const requestList = z.strictObject({ requests: z.array(approval), since: z.nullable(z.string()) });
export const recoveryCode = z.strictObject({ code: z.string(), expiresAt: z.string() });
