import * as z from 'zod/mini';
import { factorId, callerCode } from './schemas.ts';

/** What the helpdesk's endpoints take, as schemas: strict, as all requests are. */

/** Okta's ids are 20 characters. */
const oktaId = z.string().check(z.regex(/^[A-Za-z0-9]{20}$/));
const ownId = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/));
/** A sentence somebody writes; no control characters, which could fake lines where it is shown. */
const sentence = z.string().check(z.trim(), z.maxLength(500), z.regex(/^[^\p{Cc}\p{Cf}]*$/u));

export const personParams = z.strictObject({ userId: oktaId });
export const callerVerificationParams = z.strictObject({ userId: oktaId, id: ownId });
export const approvalParams = z.strictObject({ id: ownId });
export const ownCallerVerificationParams = z.strictObject({ id: ownId });

/** The beginning of a name, login or address, or a whole phone number; from three characters. */
export const searchQuery = z.strictObject({
  q: z.string().check(z.trim(), z.minLength(3), z.maxLength(100), z.regex(/^[^\p{Cc}\p{Cf}]*$/u)),
});

/** How the caller shows who they are, the strongest first. */
export const callerVerificationTypes = ['push', 'own-session', 'call-back'] as const;
export const callerVerificationBody = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('push'), factorId }),
  /** What is about to be reset is told to the caller: factors, or all. */
  z.strictObject({
    type: z.literal('own-session'),
    factorIds: z.union([z.array(factorId).check(z.minLength(1), z.maxLength(20)), z.literal('all')]),
  }),
  /** The agent attests that she called this number on file and spoke to the person. */
  z.strictObject({ type: z.literal('call-back'), factorId, attest: z.literal(true) }),
]);
/**
 * The code that the caller speaks: eight characters of an alphabet that is not misheard. What cannot be one costs
 * nobody a try.
 */
export const callerCodeBody = z.strictObject({ code: callerCode });

export const resetReasons = ['lost', 'replaced', 'broken', 'compromised', 'locked-out', 'other'] as const;
export const resetBody = z.strictObject({
  factorIds: z.union([z.array(factorId).check(z.minLength(1), z.maxLength(20)), z.literal('all')]),
  /**
   * Reason and ticket must be there, and are missed by name, each in its turn (`bad_request` with rule `reason`,
   * `ticket_required`).
   */
  reason: z.optional(z.enum(resetReasons)),
  /** Held against `HELPDESK_TICKET_PATTERN`. */
  ticket: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(60), z.regex(/^[^\p{Cc}\p{Cf}]*$/u))),
  /** Without one only a second approver can allow it, and `note` says why there is none. */
  callerVerificationId: z.optional(ownId),
  note: z.optional(sentence),
});
/** Lifting a freeze takes what a reset takes; what `factorIds` names is reset first, in the same act. */
export const unfreezeBody = z.extend(resetBody, { factorIds: z.optional(resetBody.shape.factorIds) });
export const decisionBody = z.strictObject({ decision: z.enum(['approve', 'deny']), note: z.optional(sentence) });
/** `yes` shows the person a code to speak; `no` tells the helpdesk that nobody called. */
export const callerVerificationAnswerBody = z.strictObject({ answer: z.enum(['yes', 'no']) });

const moment = z.string().check(z.regex(/^\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?$/));
export const auditQuery = z.strictObject({
  agent: z.optional(z.string().check(z.maxLength(100))),
  person: z.optional(z.string().check(z.maxLength(100))),
  event: z.optional(z.string().check(z.regex(/^[a-z_.]{1,60}$/))),
  since: z.optional(moment),
  until: z.optional(moment),
  /** The `seq` before which the next page begins. */
  before: z.optional(z.string().check(z.regex(/^[0-9]{1,15}$/))),
});
/** Where a notice's link leads: it can only freeze. */
export const freezeToken = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
