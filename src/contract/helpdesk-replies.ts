import * as z from 'zod/mini';
import { callerVerificationTypes, resetReasons } from './helpdesk-schemas.ts';
import { factor, stepUpOption } from './replies.ts';

/**
 * What the helpdesk's endpoints give, as schemas. No secret, no code of somebody's own methods, no whole number is in
 * any of them.
 */

/** Roles and kinds of target of the policy table. */
export const helpdeskRoles = ['nobody', 'agent', 'admin', 'target'] as const;
export const targetKinds = ['self', 'peer', 'above', 'in-scope', 'privileged'] as const;

const named = z.strictObject({ id: z.string(), name: z.string(), login: z.string() });
const methods = z.array(z.strictObject({ id: z.string(), name: z.string(), detail: z.nullable(z.string()) }));

export const peopleFound = z.strictObject({
  people: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      login: z.string(),
      email: z.nullable(z.string()),
      status: z.string(),
    }),
  ),
  /** True when there may be more than are shown. */
  more: z.boolean(),
  /** True when the org's rate left no room to look at everybody found. */
  limited: z.boolean(),
});

/** Whether something is possible, and if not, which rule says so; the rules' words are the browser's. */
const permission = z.strictObject({
  allowed: z.boolean(),
  /** The rule's name in the policy table. */
  rule: z.string(),
  needsApproval: z.boolean(),
});

export const callerVerification = z.strictObject({
  id: z.string(),
  type: z.enum(callerVerificationTypes),
  status: z.enum(['waiting', 'verified', 'denied', 'expired', 'used', 'withdrawn']),
  /** To be read out to the caller, who chooses it on the phone; only while a push waits. */
  number: z.nullable(z.number()),
  /** Tries left for the spoken code. */
  triesLeft: z.nullable(z.number()),
  expiresAt: z.string(),
  /** True when it is not enough by itself. */
  needsApproval: z.boolean(),
});

export const approval = z.strictObject({
  id: z.string(),
  status: z.enum(['waiting', 'approved', 'denied', 'expired', 'done', 'failed', 'withdrawn']),
  agent: named,
  person: named,
  /** What is asked: methods by name, or all. */
  methods,
  all: z.boolean(),
  reason: z.enum(resetReasons),
  ticket: z.string(),
  note: z.nullable(z.string()),
  /** How the caller was verified, or null. */
  callerVerificationType: z.nullable(z.enum(callerVerificationTypes)),
  /**
   * Why a second pair of eyes is needed: `privileged`, `second_reset`, `call_back`, `not_verified`, `no_channel`
   * (nobody could be sent the recovery code).
   */
  approvalReasons: z.array(z.string()),
  /** Whether it lifts the person's freeze, after the reset where there is one. */
  unfreezes: z.boolean(),
  createdAt: z.string(),
  expiresAt: z.string(),
  decidedBy: z.nullable(named),
  decidedAt: z.nullable(z.string()),
  /** True for whoever may decide it now. */
  mine: z.boolean(),
  /** True when a recovery code waits to be handed over by the one who approved. */
  recoveryCodeWaits: z.boolean(),
});

export const helpdeskPerson = z.strictObject({
  person: z.strictObject({
    id: z.string(),
    name: z.string(),
    login: z.string(),
    email: z.nullable(z.string()),
    status: z.string(),
    groups: z.array(z.string()),
    /** Masked numbers and addresses that notices and calls may go to. */
    phones: z.array(z.strictObject({ factorId: z.string(), number: z.string(), changedRecently: z.boolean() })),
    notifies: z.array(z.string()),
    /** Those of them that are old enough for a recovery code. */
    codeTo: z.array(z.string()),
  }),
  target: z.enum(targetKinds),
  factors: z.array(factor),
  /** What goes along when one is reset, by its id: names of methods; and what comes back by itself. */
  alsoRemoved: z.array(
    z.strictObject({ factorId: z.string(), names: z.array(z.string()), restoredByOkta: z.boolean() }),
  ),
  warnings: z.array(
    z.enum(['recently_reset', 'contact_changed', 'privileged', 'roles_unknown', 'frozen', 'not_active']),
  ),
  /** When changes were frozen, or null. */
  frozenAt: z.nullable(z.string()),
  /**
   * Methods, by id, that were added or changed since seven days before the freeze: none of them verifies the caller.
   * Empty without a freeze.
   */
  suspects: z.array(z.string()),
  /** Of the last 30 days, newest first. */
  recentChanges: z.array(
    z.strictObject({ at: z.string(), event: z.string(), method: z.nullable(z.string()), by: z.nullable(z.string()) }),
  ),
  permissions: z.strictObject({
    challenge: permission,
    resetOne: permission,
    resetAll: permission,
    unfreeze: permission,
  }),
  /** How this caller can show who they are, the strongest first. */
  callerVerificationOptions: z.array(
    z.strictObject({
      type: z.enum(callerVerificationTypes),
      factorId: z.nullable(z.string()),
      name: z.nullable(z.string()),
      detail: z.nullable(z.string()),
      needsApproval: z.boolean(),
    }),
  ),
  /** What the agent proves of herself before a reset; null while such a proof is in hand. */
  stepUp: z.nullable(z.strictObject({ purpose: z.string(), strength: z.number(), options: z.array(stepUpOption) })),
  ticketPattern: z.nullable(z.string()),
  /** Whether Okta itself demands a second method at sign-in, so that its recovery code is the one. */
  approvals: z.array(approval),
});

export const resetAnswer = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('done'),
    removed: z.array(z.string()),
    remaining: z.array(z.string()),
    /**
     * How the recovery code travels when nothing is left: sent to a proven channel (masked), or to be handed over by an
     * approver.
     */
    recoveryCode: z.nullable(z.strictObject({ sentTo: z.array(z.string()), inPerson: z.boolean() })),
    notified: z.array(z.string()),
    /** Whether the freeze was lifted. */
    unfrozen: z.boolean(),
  }),
  z.strictObject({ status: z.literal('waiting'), approval }),
]);

export const approvalList = z.strictObject({ approvals: z.array(approval) });
export const recoveryCode = z.strictObject({ code: z.string(), expiresAt: z.string() });

export const auditPage = z.strictObject({
  entries: z.array(
    z.strictObject({
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
    }),
  ),
  /** To be given as `before` for the next page; null on the last. */
  next: z.nullable(z.string()),
});

export const callerVerificationList = z.strictObject({
  requests: z.array(
    z.strictObject({
      id: z.string(),
      /** The agent who asks. */
      agent: z.string(),
      methods: z.array(z.string()),
      all: z.boolean(),
      at: z.string(),
      expiresAt: z.string(),
    }),
  ),
});
/** `code` is to be spoken to the agent; null after `no`. */
export const callerVerificationAnswered = z.strictObject({
  code: z.nullable(z.string()),
  expiresAt: z.nullable(z.string()),
});

export const securityHistory = z.strictObject({
  entries: z.array(
    z.strictObject({
      id: z.string(),
      at: z.string(),
      event: z.string(),
      method: z.nullable(z.string()),
      /** Who did it: the person, the helpdesk (by name), or the org. */
      by: z.enum(['you', 'helpdesk', 'org']),
      agent: z.nullable(z.string()),
      /** From where, in words. */
      device: z.nullable(z.string()),
      outcome: z.nullable(z.string()),
    }),
  ),
  frozenAt: z.nullable(z.string()),
});
