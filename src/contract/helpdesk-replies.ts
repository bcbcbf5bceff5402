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

/**
 * Response schemas of the helpdesk's endpoints. None contains a secret, a code of the user's methods, or a whole phone
 * number.
 */

/** Roles and target types of the helpdesk policy. */
export const helpdeskRoles = ['nobody', 'agent', 'approver', 'auditor', 'target'] as const;
export const targetKinds = ['self', 'peer', 'above', 'in-scope', 'privileged'] as const;

const reasonsToApprove = z.array(z.enum(approvalReasons));
const named = z.strictObject({ id: z.string(), name: z.string(), login: z.string() });
const methods = z.array(z.extend(namedMethod, { id: z.string(), detail: z.nullable(z.string()) }));

/** How many operations are left to the agent in this hour, and when one more is possible; null: more than a few. */
export const agentLimit = z.nullable(z.strictObject({ left: z.number(), nextAt: z.string() }));

export const ownStepUp = z.strictObject({
  /** What a staff member's own methods lack for the step-up that `HELPDESK_ACR` demands; null: nothing known. */
  lacks: z.nullable(z.enum(['second_method', 'phishing_resistant'])),
  limit: agentLimit,
});

/** Whether something is allowed, and by which rule of the helpdesk's policy. The browser has the rules' texts. */
const permission = z.strictObject({ allowed: z.boolean(), rule: z.string() });

export const callerVerification = z.strictObject({
  id: z.string(),
  type: z.enum(callerVerificationTypes),
  status: z.enum(['waiting', 'verified', 'denied', 'expired', 'used', 'withdrawn']),
  /** The agent reads it to the caller, who chooses it on the phone. Only while a push is pending. */
  number: z.nullable(z.number()),
  /** Tries left for the code that the caller reads out. */
  triesLeft: z.nullable(z.number()),
  expiresAt: z.string(),
  /** What it was made for. A reset of more, or for another reason, needs another verification. */
  choice: z.strictObject({
    factorIds: z.union([z.array(z.string()), z.literal('all')]),
    reason: z.enum(operationReasons),
  }),
  /** What speaks against it: the method that verifies is reset, or may be on the lost phone. */
  doubt: z.nullable(z.enum(['same_method', 'same_phone'])),
  needsApproval: z.boolean(),
});

/** What happened lately that an attack looks like. Until 24 hours after the first, a reset needs an approver. */
const attackSign = z.strictObject({
  kind: z.enum(attackSignKinds),
  /** The agent who asked, who reported the call or, of `request_denied`, the approver; null for a freeze. */
  by: z.nullable(z.string()),
  times: z.number(),
  /** The last time. */
  at: z.string(),
  /** What was odd about the call that was reported; empty for anything else. */
  signs: z.array(z.enum(callSigns)),
});
const attackSigns = z.array(attackSign);
const by = z.nullable(z.string());
/** `kind` as the audit log has it: a reset of several methods names the kind of each, with spaces between. */
const change = z.strictObject({ at: z.string(), event: z.string(), kind: z.nullable(z.string()), by });
const recentChanges = z.array(change);

/** What an approver decides by, as it is when they read it. */
export const approvalEvidence = z.strictObject({
  attackSigns,
  /** Of the person's methods, in the last 30 days, newest first. */
  recentChanges,
  /** Resets of the person in the last 30 days, newest first: who asked, and who approved. */
  resets: z.array(z.strictObject({ at: z.string(), by: z.nullable(z.string()), approver: z.nullable(z.string()) })),
  /** Requests about the person that ended within a day. `withdrawn`: by a freeze or the person's "No". */
  ended: z.array(
    z.strictObject({
      at: z.string(),
      by: z.string(),
      status: z.enum(['denied', 'withdrawn', ...ownEndings]),
      denial: z.nullable(z.enum(denialReasons)),
      reason: z.enum(operationReasons),
    }),
  ),
  /** Resets and requests for one by this agent in the last 24 hours, this one included. */
  agentResets: z.number(),
});

/** How a person with no method left gets the recovery code: by email to masked addresses, or from an approver. */
const recoveryCodeTo = z.nullable(z.strictObject({ sentTo: z.array(z.string()), inPerson: z.boolean() }));
/** What an operation did. */
const effects = z.strictObject({
  removed: z.array(namedMethod),
  remaining: z.array(namedMethod),
  recoveryCode: recoveryCodeTo,
  /** Masked addresses. */
  notified: z.array(z.string()),
});

export const approval = z.strictObject({
  id: z.string(),
  status: z.enum(['waiting', 'approved', 'denied', 'expired', 'done', 'failed', 'withdrawn', ...ownEndings]),
  agent: named,
  person: named,
  /** The methods to reset, or all. Of an unfreeze, those of the reset that waited: it starts when they are gone. */
  methods,
  all: z.boolean(),
  reason: z.enum(operationReasons),
  ticket: z.string(),
  note: z.nullable(z.string()),
  /** How the caller was verified, or null. */
  callerVerificationType: z.nullable(z.enum(callerVerificationTypes)),
  /** The method and time of the caller's verification, and what makes it doubtful; null if there was none. */
  caller: z.nullable(
    z.strictObject({
      method: z.nullable(namedMethod),
      at: z.string(),
      /**
       * `same_method`: it is one of those to reset. `same_phone`: it may be on the phone that is reported lost.
       * `changed_recently`: it, or one that the caller could answer with, is newer than seven days.
       */
      warnings: z.array(z.enum(['same_method', 'same_phone', 'changed_recently'])),
    }),
  ),
  /** What remains after the reset, and the masked addresses that get the recovery code and the notification. */
  consequences: z.strictObject({
    remaining: z.array(namedMethod),
    /** Those that were added or changed since seven days before the freeze that ends, and stay. */
    suspects: z.array(namedMethod),
    codeTo: z.array(z.string()),
    notifies: z.array(z.string()),
  }),
  /** Only for an approver who may decide it now, in the list. */
  evidence: z.nullable(approvalEvidence),
  /** Null unless it is done; and for one that an earlier version of the portal carried out. */
  effects: z.nullable(effects),
  approvalReasons: reasonsToApprove,
  operation: z.enum(operations),
  createdAt: z.string(),
  expiresAt: z.string(),
  decidedBy: z.nullable(named),
  decidedAt: z.nullable(z.string()),
  /** Why it was denied, and what the approver wrote about a decision. */
  denial: z.nullable(z.enum(denialReasons)),
  decisionNote: z.nullable(z.string()),
  /** True if the staff member who reads this may decide it now. */
  mine: z.boolean(),
  /** When the portal tries again to cancel what they began before a reset or freeze; null: nothing is left. */
  cancellationAt: z.nullable(z.string()),
  /** True when the approver still has to hand over a recovery code. */
  recoveryCodeWaits: z.boolean(),
});

/** What goes with one method: the parts of Okta Verify that are removed with it, and whether Okta restores it. */
const alsoRemoved = z.strictObject({
  factorId: z.string(),
  parts: z.array(z.enum(['push', 'totp', 'fastpass'])),
  restoredByOkta: z.boolean(),
});

export const operationPlan = z.strictObject({
  operation: z.enum(operations),
  removed: z.array(alsoRemoved),
  /** Ids of the methods that they can use afterwards. */
  remaining: z.array(z.string()),
  recoveryCode: recoveryCodeTo,
  /** Masked addresses of the person's, and how many more that were removed since shortly before their freeze. */
  notifies: z.array(z.string()),
  notifiesRemoved: z.number(),
  /** Empty if no approver has to agree, as far as it is known. */
  approvalReasons: reasonsToApprove,
  /** Each way to verify the caller, with the reasons that it would add. */
  callerOptions: z.array(
    z.strictObject({
      type: z.enum(callerVerificationTypes),
      factorId: z.nullable(z.string()),
      approvalReasons: reasonsToApprove,
    }),
  ),
  /** With what the request is refused; empty if nothing is missing. */
  missing: z.array(
    z.strictObject({ code: z.enum(missingCodes), rule: z.optional(z.string()), retryAt: z.optional(z.string()) }),
  ),
  /** The agent's own step-up, last; null if she has a valid one. */
  stepUp: z.nullable(neededStepUp),
});

export const helpdeskPerson = z.strictObject({
  person: z.strictObject({
    id: z.string(),
    name: z.string(),
    login: z.string(),
    status: z.string(),
    groups: z.array(z.string()),
    /** Masked numbers to call. */
    phones: z.array(z.strictObject({ factorId: z.string(), number: z.string(), changedRecently: z.boolean() })),
  }),
  target: z.enum(targetKinds),
  /** For `watchPerson`. */
  watch: z.strictObject({ token: z.string(), state: z.string() }),
  factors: z.array(factor),
  alsoRemoved: z.array(alsoRemoved),
  attackSigns,
  /** Until when an approver must agree to any reset; `until` is null while they are privileged. Null: to none. */
  needsApprover: z.nullable(z.strictObject({ until: z.nullable(z.string()) })),
  limit: agentLimit,
  warnings: z.array(
    z.enum(['recently_reset', 'contact_changed', 'privileged', 'roles_unknown', 'frozen', 'not_active']),
  ),
  /** When changes were frozen, or null. */
  frozenAt: z.nullable(z.string()),
  /** When an enrollment from before a reset or freeze is cancelled at Okta next; null: none must be. */
  cancellationAt: z.nullable(z.string()),
  /** The recovery code without which the person adds no method, and until when one holds; null: they need none. */
  recoveryCode: z.nullable(z.strictObject({ until: z.nullable(z.string()) })),
  /** What the person said was not them when they froze, oldest first, and where. `by`: the staff member, if any. */
  reported: z.array(z.extend(change, { reportedAt: z.string(), way: z.enum(['history', 'sessions']) })),
  /** Ids of methods added or changed since seven days before the freeze: they verify nobody. Empty without one. */
  suspects: z.array(z.string()),
  /** Of the last 30 days, newest first. */
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
  /** Whether an approver may allow it for a caller whom nobody verified. */
  unverifiedAllowed: z.boolean(),
  /** The decision on the last request of a day that the reader may see, if it was denied. */
  lastDenial: z.nullable(
    z.strictObject({
      by: z.string(),
      agent: z.string(),
      at: z.string(),
      denial: z.nullable(z.enum(denialReasons)),
      decisionNote: z.nullable(z.string()),
    }),
  ),
  /** The requests that wait for an approver, whoever made them. Only who made one can replace it. */
  waitingApprovals: z.array(
    z.strictObject({
      operation: z.enum(operations),
      by: z.string(),
      own: z.boolean(),
      /** What the reader can neither do nor ask for meanwhile. */
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

/** A hash of a person's signs of attack and freeze. */
export const personState = z.strictObject({ state: z.string() });
/** As `cancellationAt` of the person. */
export const enrollmentsCancelled = z.strictObject({ cancellationAt: z.nullable(z.string()) });
/** The person's signs of attack, the report included. */
export const callReported = z.strictObject({ attackSigns });
export const approvalList = z.strictObject({ approvals: z.array(approval) });
/** `since`: when she last did something before her present session; null: never. Earlier outcomes are no news. */
export const requestList = z.strictObject({ requests: z.array(approval), since: z.nullable(z.string()) });
export const recoveryCode = z.strictObject({ code: z.string(), expiresAt: z.string() });
