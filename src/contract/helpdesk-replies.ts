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

export const helpdeskRoles = ['nobody', 'agent', 'approver', 'auditor', 'target'] as const;
export const targetKinds = ['self', 'peer', 'above', 'in-scope', 'privileged'] as const;

const reasonsToApprove = z.array(z.enum(approvalReasons));
const named = z.strictObject({ id: z.string(), name: z.string(), login: z.string() });
const methods = z.array(z.extend(namedMethod, { id: z.string(), detail: z.nullable(z.string()) }));

/** Operations that the agent has left in this hour, and when the next becomes possible. Null: enough are left. */
export const agentLimit = z.nullable(z.strictObject({ left: z.number(), nextAt: z.string() }));

export const ownStepUp = z.strictObject({
  /** What the person's own methods lack for `HELPDESK_ACR`. Null: nothing is lacking, or Okta did not answer. */
  lacks: z.nullable(z.enum(['second_method', 'phishing_resistant'])),
  limit: agentLimit,
});

/** `rule`: the rule of the helpdesk's policy that decides this. */
const permission = z.strictObject({ allowed: z.boolean(), rule: z.string() });

export const callerVerification = z.strictObject({
  id: z.string(),
  type: z.enum(callerVerificationTypes),
  status: z.enum(['waiting', 'verified', 'denied', 'expired', 'used', 'withdrawn']),
  /** The agent reads this number out, and the caller chooses it on the phone. Null if no push is pending. */
  number: z.nullable(z.number()),
  /** The masked number of a call back. */
  called: z.nullable(z.string()),
  /** Tries left for the code that the caller reads out. */
  triesLeft: z.nullable(z.number()),
  expiresAt: z.string(),
  /** A wider reset or another reason needs another verification. */
  choice: z.strictObject({
    factorIds: z.union([z.array(z.string()), z.literal('all')]),
    reason: z.enum(operationReasons),
  }),
  /** `same_method`: the verification's method is to be reset. `same_phone`: that method may be on the lost phone. */
  doubt: z.nullable(z.enum(['same_method', 'same_phone'])),
  needsApproval: z.boolean(),
});

/** A recent event that may be part of an attack. A reset within 24 hours after it needs an approver. */
const attackSign = z.strictObject({
  kind: z.enum(attackSignKinds),
  /** The agent; for `request_denied` the approver; null for a freeze. */
  by: z.nullable(z.string()),
  times: z.number(),
  /** The time of the last occurrence. */
  at: z.string(),
  /** Empty unless `kind` is `reported`. */
  signs: z.array(z.enum(callSigns)),
});
const attackSigns = z.array(attackSign);
const by = z.nullable(z.string());
/** `kind`: the kinds of all changed methods, separated by spaces. */
const change = z.strictObject({ at: z.string(), event: z.string(), kind: z.nullable(z.string()), by });
const recentChanges = z.array(change);

/** What is true when an approver reads the request, not when the request was made. */
export const approvalEvidence = z.strictObject({
  attackSigns,
  /** While the person is frozen: the actions that they said were not theirs, oldest first. */
  reported: recentChanges,
  /** Last 30 days, newest first. */
  recentChanges,
  /** Last 30 days, newest first. */
  resets: z.array(z.strictObject({ at: z.string(), by: z.nullable(z.string()), approver: z.nullable(z.string()) })),
  /** Requests that ended in the last 24 hours. `withdrawn`: by a freeze or by the person's "No". */
  ended: z.array(
    z.strictObject({
      at: z.string(),
      by: z.string(),
      status: z.enum(['denied', 'withdrawn', ...ownEndings]),
      denial: z.nullable(z.enum(denialReasons)),
    }),
  ),
  /** This agent's resets and unlocks without an approver, and requests, in 24 hours, including this request. */
  agentResets: z.number(),
});

/** `sentTo`: masked addresses. `inPerson`: an approver hands the code over. */
const recoveryCodeTo = z.nullable(z.strictObject({ sentTo: z.array(z.string()), inPerson: z.boolean() }));
const effects = z.strictObject({
  removed: z.array(namedMethod),
  remaining: z.array(namedMethod),
  recoveryCode: recoveryCodeTo,
  /** Masked addresses. */
  notified: z.array(z.string()),
});

export const approval = z.strictObject({
  id: z.string(),
  status: z.enum(['waiting', 'approved', 'denied', 'expired', 'done', 'failed', 'unknown', 'withdrawn', ...ownEndings]),
  agent: named,
  person: named,
  methods,
  all: z.boolean(),
  reason: z.enum(operationReasons),
  ticket: z.string(),
  note: z.nullable(z.string()),
  callerVerificationType: z.nullable(z.enum(callerVerificationTypes)),
  /** Null if the caller was not verified. */
  caller: z.nullable(
    z.strictObject({
      method: z.nullable(namedMethod),
      at: z.string(),
      /** The masked number of a call back. */
      called: z.nullable(z.string()),
      /** `changed_recently`: the method, or another with which the caller could answer, is newer than seven days. */
      warnings: z.array(z.enum(['same_method', 'same_phone', 'changed_recently'])),
    }),
  ),
  consequences: z.strictObject({
    remaining: z.array(namedMethod),
    /** Only for an unfreeze: methods added or changed in the seven days before the freeze, or later. */
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
  /** Only for an open unfreeze: it cannot be approved, because a reset of the person is not done. */
  resetFirst: z.boolean(),
  createdAt: z.string(),
  expiresAt: z.string(),
  decidedBy: z.nullable(named),
  decidedAt: z.nullable(z.string()),
  denial: z.nullable(z.enum(denialReasons)),
  decisionNote: z.nullable(z.string()),
  /** The reader may decide this request now. */
  mine: z.boolean(),
  /** When the portal next tries to cancel enrollments from before a reset or freeze. Null: none is left. */
  cancellationAt: z.nullable(z.string()),
  recoveryCodeWaits: z.boolean(),
});

/** `parts`: parts of Okta Verify that are removed together with the method. */
const alsoRemoved = z.strictObject({
  factorId: z.string(),
  parts: z.array(z.enum(['push', 'totp', 'fastpass'])),
  restoredByOkta: z.boolean(),
});

export const operationPlan = z.strictObject({
  operation: z.enum(operations),
  removed: z.array(alsoRemoved),
  /** Ids of methods. */
  remaining: z.array(z.string()),
  recoveryCode: recoveryCodeTo,
  /** `notifies`: masked addresses that get the email. `notifiesRemoved`: how many removed addresses get it too. */
  notifies: z.array(z.string()),
  notifiesRemoved: z.number(),
  /** Empty if no approver is needed, as far as is known. */
  approvalReasons: reasonsToApprove,
  /** Each way to verify the caller, with the reasons for an approver that it would add. */
  callerOptions: z.array(
    z.strictObject({
      type: z.enum(callerVerificationTypes),
      factorId: z.nullable(z.string()),
      approvalReasons: reasonsToApprove,
    }),
  ),
  /** The errors with which the request would be refused. */
  missing: z.array(
    z.strictObject({ code: z.enum(missingCodes), rule: z.optional(z.string()), retryAt: z.optional(z.string()) }),
  ),
  /** Null if the agent's step-up is valid. */
  stepUp: z.nullable(neededStepUp),
});

export const helpdeskPerson = z.strictObject({
  person: z.strictObject({
    id: z.string(),
    name: z.string(),
    login: z.string(),
    status: z.string(),
    groups: z.array(z.string()),
    language: locale,
  }),
  target: z.enum(targetKinds),
  /** Parameters for `watchPerson`. */
  watch: z.strictObject({ token: z.string(), state: z.string() }),
  factors: z.array(factor),
  alsoRemoved: z.array(alsoRemoved),
  attackSigns,
  /** Set if an approver must agree to any reset. `until` null: no end is known. */
  needsApprover: z.nullable(z.strictObject({ until: z.nullable(z.string()) })),
  limit: agentLimit,
  warnings: z.array(
    z.enum(['recently_reset', 'contact_changed', 'privileged', 'roles_unknown', 'frozen', 'not_active']),
  ),
  /** Null: not frozen. */
  frozenAt: z.nullable(z.string()),
  /** When the portal next tries to cancel enrollments from before a reset or freeze. Null: none is left. */
  cancellationAt: z.nullable(z.string()),
  /** Null if the person's next enrollment needs no recovery code. `until`: when the code expires. */
  recoveryCode: z.nullable(z.strictObject({ until: z.nullable(z.string()) })),
  /** The actions that the person said were not theirs, oldest first. `by`: the staff member, if any. */
  reported: recentChanges,
  /** Ids of methods added or changed since seven days before the freeze. They verify no caller. */
  suspects: z.array(z.string()),
  /** Last 30 days, newest first. */
  recentChanges,
  permissions: z.strictObject({
    challenge: permission,
    resetOne: permission,
    resetAll: permission,
    unfreeze: permission,
    unlock: permission,
    report: permission,
  }),
  /** Strongest first. */
  callerVerificationOptions: z.array(
    z.strictObject({
      type: z.enum(callerVerificationTypes),
      factorId: z.nullable(z.string()),
      method: z.nullable(namedMethod),
      detail: z.nullable(z.string()),
    }),
  ),
  /** An approver may allow a reset although the caller was not verified. */
  unverifiedAllowed: z.boolean(),
  /** The decision on the newest request of the last 24 hours, if it was a denial and the reader may see it. */
  lastDenial: z.nullable(
    z.strictObject({
      by: z.string(),
      agent: z.string(),
      at: z.string(),
      denial: z.nullable(z.enum(denialReasons)),
      decisionNote: z.nullable(z.string()),
    }),
  ),
  /** Only the agent who made a request can replace it. */
  waitingApprovals: z.array(
    z.strictObject({
      /** Null if the reader has no page of this request. */
      id: z.nullable(z.string()),
      operation: z.enum(operations),
      by: z.string(),
      own: z.boolean(),
      /** Operations that the reader can neither do nor request until this request ends. */
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

/** A hash of the person's freeze, signs of attack and recent reset. */
export const personState = z.strictObject({ state: z.string() });
export const enrollmentsCancelled = z.strictObject({ cancellationAt: z.nullable(z.string()) });
/** Includes the new report. */
export const callReported = z.strictObject({ attackSigns });
export const approvalList = z.strictObject({ approvals: z.array(approval) });
/** `since`: when the agent last acted before this session. Null: never. */
export const requestList = z.strictObject({ requests: z.array(approval), since: z.nullable(z.string()) });
export const recoveryCode = z.strictObject({ code: z.string(), expiresAt: z.string() });
