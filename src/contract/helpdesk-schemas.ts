import * as z from 'zod/mini';
import { looksLikeCode } from './codes/looks-like-code.ts';
import { factorId, callerCode, ownId } from './schemas.ts';

/** A reason to which the portal added `reconciled`, because it found the outcome only later. */
export const addedDetail = /^(.*); (reconciled(?:: \d+ of \d+)?)$/s;

/**
 * The text goes into the log, where control characters could imitate further lines, and a code or number would stay. A
 * text that matches `addedDetail` could be taken for the portal's addition.
 */
const sentence = z.string().check(
  z.trim(),
  z.maxLength(500),
  z.regex(/^[^\p{Cc}\p{Cf}]*$/u),
  z.refine((text) => !looksLikeCode(text) && !addedDetail.test(text)),
);

/** The beginning of a name, login or address, or a full phone number with its `+`. At least three characters. */
export const searchQuery = z.strictObject({
  q: z.string().check(z.trim(), z.minLength(3), z.maxLength(100), z.regex(/^[^\p{Cc}\p{Cf}]*$/u)),
});

/** `token`: from an earlier answer, if an open page reads the person again. */
export const personQuery = z.strictObject({ token: z.optional(z.string().check(z.maxLength(200))) });
export const watchQuery = z.strictObject({ token: z.string().check(z.maxLength(200)) });

const resetReasons = ['lost', 'replaced', 'broken', 'compromised', 'other'] as const;
/** `locked-out` is only for an unlock. */
export const operationReasons = [...resetReasons, 'locked-out'] as const;
/** Strongest first. */
export const callerVerificationTypes = ['push', 'own-session', 'call-back'] as const;
/** `factorIds` empty: the operation only unfreezes or unlocks. */
const choice = z.union([
  z.strictObject({
    factorIds: z.union([z.array(factorId).check(z.maxLength(20)), z.literal('all')]),
    reason: z.enum(resetReasons),
  }),
  z.strictObject({ factorIds: z.array(factorId).check(z.maxLength(0)), reason: z.literal('locked-out') }),
]);
export const callerVerificationBody = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('push'), factorId, choice }),
  z.strictObject({ type: z.literal('own-session'), choice }),
  /** The agent confirms that they called this number on file and talked to the person. */
  z.strictObject({ type: z.literal('call-back'), factorId, attest: z.literal(true), choice }),
]);
export const callerCodeBody = z.strictObject({ code: callerCode });

const ticket = z.string().check(z.trim(), z.minLength(1), z.maxLength(60), z.regex(/^[^\p{Cc}\p{Cf}]*$/u));
export const resetBody = z.strictObject({
  factorIds: z.union([z.array(factorId).check(z.minLength(1), z.maxLength(20)), z.literal('all')]),
  /** Optional, because the handler has its own errors for a missing reason or ticket. */
  reason: z.optional(z.enum(resetReasons)),
  /** Must match `HELPDESK_TICKET_PATTERN`. */
  ticket: z.optional(ticket),
  /** Without a verification, an approver has to agree, and `note` says why the caller was not verified. */
  callerVerificationId: z.optional(ownId),
  note: z.optional(sentence),
});
export const unfreezeBody = z.omit(resetBody, { factorIds: true });
export const unlockBody = z.omit(resetBody, { factorIds: true, reason: true });
export const missingCodes = [
  'bad_request',
  'ticket_required',
  'caller_verification_required',
  'conflict',
  'limit_reached',
] as const;
export const denialReasons = ['attack', 'verify_again', 'other_methods', 'not_needed', 'other'] as const;
export const decisionBody = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), note: z.optional(sentence) }),
  z
    .strictObject({ decision: z.literal('deny'), reason: z.enum(denialReasons), note: z.optional(sentence) })
    .check(z.refine(({ reason, note }) => reason !== 'other' || Boolean(note))),
]);
/** How an agent ended their own request: with another request, or with a report of the call. */
export const ownEndings = ['replaced', 'reported'] as const;
/** `yes`: the person gets a code to read out. `no`: the person did not call. */
export const callerVerificationAnswerBody = z.strictObject({ answer: z.enum(['yes', 'no']) });

export const operations = ['reset', 'unfreeze', 'unlock'] as const;
/** An agent's request as it is now, perhaps incomplete. */
export const planBody = z.extend(z.partial(resetBody), {
  operation: z.enum(operations),
  token: z.string().check(z.maxLength(200)),
  factorIds: z.optional(z.union([z.array(factorId).check(z.maxLength(20)), z.literal('all')])),
});
/**
 * `weak_answer`: anybody with a stolen phone number could have given the caller's answer. `same_method`: the method
 * that verified the caller is to be reset. `same_phone`: that method may be on the lost phone. `no_channel`: the
 * recovery code cannot be emailed. `suspects_left`: an unfreeze leaves suspect methods.
 */
export const approvalReasons = [
  'privileged',
  'unfreeze',
  'attack_signs',
  'second_reset',
  'call_back',
  'weak_answer',
  'same_method',
  'same_phone',
  'not_verified',
  'no_channel',
  'suspects_left',
] as const;

/** The most important first. */
export const attackSignKinds = [
  /** A session froze changes that were already frozen. */
  'frozen_again',
  /** The person said that they did not call. */
  'not_called',
  'push_denied',
  /** An approver denied a request because it looked like part of an attack. */
  'request_denied',
  'reported',
  'frozen',
  /** The method of a pending push was removed before anybody answered. */
  'push_removed',
  'wrong_codes',
] as const;

/**
 * `pressed`: the caller was in a hurry, or threatened the agent. `wrong_details`: the caller knew too much or too
 * little. `refused_verification`: the caller refused a verification, or asked for a code.
 */
export const callSigns = ['pressed', 'wrong_details', 'claimed_it', 'refused_verification'] as const;
export const reportBody = z.strictObject({
  signs: z.array(z.enum(callSigns)).check(
    z.maxLength(callSigns.length),
    z.refine((all) => new Set(all).size === all.length),
  ),
});
const moment = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/));
/** `operation` leaves out views and refusals, so that they cannot push its rows off a page. */
export const auditKinds = [
  'operation',
  'reset',
  'approval',
  'caller',
  'look',
  'freeze',
  'method',
  'session',
  'refusal',
] as const;
export const auditOutcomes = ['success', 'failure', 'unknown'] as const;
const typedPerson = z.string().check(z.trim(), z.minLength(1), z.maxLength(100), z.regex(/^[^\p{Cc}\p{Cf}]*$/u));
export const auditQuery = z.strictObject({
  agent: z.optional(typedPerson),
  person: z.optional(typedPerson),
  ticket: z.optional(ticket),
  kind: z.optional(z.enum(auditKinds)),
  outcome: z.optional(z.enum(auditOutcomes)),
  operation: z.optional(z.string().check(z.regex(/^[\w-]{1,60}$/))),
  since: z.optional(moment),
  until: z.optional(moment),
  /** `next` of the previous page. */
  before: z.optional(z.string().check(z.regex(/^[0-9]{1,15}$/))),
  /** From an earlier answer, if an open page reads more of the same filter. */
  token: personQuery.shape.token,
});
/** An export has all rows that match these filters. */
export const auditExportQuery = z.omit(auditQuery, { operation: true, before: true, token: true });
/** What the person reports as not theirs: a history entry or a session. */
export const freezeBody = z.optional(
  z.strictObject({ entry: z.optional(z.string().check(z.regex(/^[0-9]{1,15}$/))), session: z.optional(ownId) }),
);
/** The token of a notification's link. It only allows freezing. */
export const freezeToken = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
