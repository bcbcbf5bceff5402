import * as z from 'zod/mini';
import { looksLikeCode } from './codes/looks-like-code.ts';
import { factorId, callerCode, ownId } from './schemas.ts';

/** Request schemas of the helpdesk's endpoints. Like all requests, they are strict. */

/**
 * Free text of a staff member. Control characters are refused, since they could fake lines where the text is shown, and
 * what looks like a code or a number, which would stay in the log.
 */
const sentence = z.string().check(
  z.trim(),
  z.maxLength(500),
  z.regex(/^[^\p{Cc}\p{Cf}]*$/u),
  z.refine((text) => !looksLikeCode(text)),
);

/** The beginning of a name, login or address, or a whole phone number with its `+`; at least three characters. */
export const searchQuery = z.strictObject({
  q: z.string().check(z.trim(), z.minLength(3), z.maxLength(100), z.regex(/^[^\p{Cc}\p{Cf}]*$/u)),
});

/** `token`: of an earlier answer to this page, which reads the person again. */
export const personQuery = z.strictObject({ token: z.optional(z.string().check(z.maxLength(200))) });
export const watchQuery = z.strictObject({ token: z.string().check(z.maxLength(200)) });

const resetReasons = ['lost', 'replaced', 'broken', 'compromised', 'other'] as const;
/** `locked-out` is the reason of an unlock, and of nothing else. */
export const operationReasons = [...resetReasons, 'locked-out'] as const;
/** Types of caller verification, strongest first. */
export const callerVerificationTypes = ['push', 'own-session', 'call-back'] as const;
/**
 * Which factors the caller is verified for (some, or all), and why. An empty list: the account is only unfrozen or
 * unlocked.
 */
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
  /** The agent confirms that she called this number on file and spoke to the person. */
  z.strictObject({ type: z.literal('call-back'), factorId, attest: z.literal(true), choice }),
]);
/** The code that the caller reads out: eight characters that are not easily misheard. A malformed code costs no try. */
export const callerCodeBody = z.strictObject({ code: callerCode });

const ticket = z.string().check(z.trim(), z.minLength(1), z.maxLength(60), z.regex(/^[^\p{Cc}\p{Cf}]*$/u));
export const resetBody = z.strictObject({
  factorIds: z.union([z.array(factorId).check(z.minLength(1), z.maxLength(20)), z.literal('all')]),
  /**
   * Optional here because the handler reports a missing reason or ticket by name (`bad_request` with rule `reason`,
   * `ticket_required`).
   */
  reason: z.optional(z.enum(resetReasons)),
  /** Must match `HELPDESK_TICKET_PATTERN`. */
  ticket: z.optional(ticket),
  /** Without one an approver has to agree, and `note` says why there is none. */
  callerVerificationId: z.optional(ownId),
  note: z.optional(sentence),
});
/** An unfreeze takes what a reset takes, but for the methods. */
export const unfreezeBody = z.omit(resetBody, { factorIds: true });
/** An unlock takes what a reset takes, but for the methods and the reason. */
export const unlockBody = z.omit(resetBody, { factorIds: true, reason: true });
/** With which of these an operation is refused while something is missing of its request, or stands in its way. */
export const missingCodes = [
  'bad_request',
  'ticket_required',
  'caller_verification_required',
  'conflict',
  'limit_reached',
] as const;
/** Why an approver denies. The agent reads it. `other`: a note says it. */
export const denialReasons = ['attack', 'verify_again', 'other_methods', 'not_needed', 'other'] as const;
export const decisionBody = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), note: z.optional(sentence) }),
  z
    .strictObject({ decision: z.literal('deny'), reason: z.enum(denialReasons), note: z.optional(sentence) })
    .check(z.refine(({ reason, note }) => reason !== 'other' || Boolean(note))),
]);
/** How an agent's own waiting request ended: by another of hers, or when she reported the call. */
export const ownEndings = ['replaced', 'reported'] as const;
/** `yes` shows the person a code to read out; `no` tells the helpdesk that they did not call. */
export const callerVerificationAnswerBody = z.strictObject({ answer: z.enum(['yes', 'no']) });

/** What an agent does to a person. Each request names one. */
export const operations = ['reset', 'unfreeze', 'unlock'] as const;
/** What was chosen and written so far of an operation's request. `token`: `watch.token` of `getPerson`. */
export const planBody = z.extend(z.partial(resetBody), {
  operation: z.enum(operations),
  token: z.string().check(z.maxLength(200)),
  factorIds: z.optional(z.union([z.array(factorId).check(z.maxLength(20)), z.literal('all')])),
});
/**
 * Why an approver has to agree. `weak_answer`: on their own page, by nothing that a stolen number does not give;
 * `same_method`: what verified the caller is reset; `same_phone`: it may be on the phone that is lost or stolen;
 * `no_channel`: the recovery code cannot be emailed; `suspects_left`: an unfreeze leaves suspect methods.
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

/** What an attack looks like (`attackSigns`). */
export const attackSignKinds = [
  'push_denied',
  /** The method of a push was removed before anybody answered it. */
  'push_removed',
  'not_called',
  'wrong_codes',
  'frozen',
  /** Somebody frozen was frozen again by a session. */
  'frozen_again',
  'reported',
  /** An approver denied a request because it looked like an attack. */
  'request_denied',
] as const;

/**
 * What was odd about a call that an agent reports: in a hurry or threatening; knew too much or too little; claimed to
 * be from IT; refused to be verified, or asked for a code.
 */
export const callSigns = ['pressed', 'wrong_details', 'claimed_it', 'refused_verification'] as const;
export const reportBody = z.strictObject({
  signs: z.array(z.enum(callSigns)).check(
    z.maxLength(callSigns.length),
    z.refine((all) => new Set(all).size === all.length),
  ),
});
const moment = z.string().check(z.regex(/^\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?$/));
/**
 * What a row of the audit log can be about, and how it can have ended, for filtering. `operation`: outcomes, denials,
 * reports, freezes and approvals, which no look and no refusal can push off a page.
 */
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
/** A login or an id. */
const typedPerson = z.string().check(z.trim(), z.minLength(1), z.maxLength(100), z.regex(/^[^\p{Cc}\p{Cf}]*$/u));
export const auditQuery = z.strictObject({
  /** Who did it. */
  agent: z.optional(typedPerson),
  /** Whom it is about. */
  person: z.optional(typedPerson),
  ticket: z.optional(ticket),
  kind: z.optional(z.enum(auditKinds)),
  outcome: z.optional(z.enum(auditOutcomes)),
  /** Only the rows of one operation, by its `correlationId`. */
  operation: z.optional(z.string().check(z.regex(/^[\w-]{1,60}$/))),
  since: z.optional(moment),
  until: z.optional(moment),
  /** The `next` of the page before. */
  before: z.optional(z.string().check(z.regex(/^[0-9]{1,15}$/))),
});
/** An export has all rows that match: its manifest must not say that they are one operation's, or one page's. */
export const auditExportQuery = z.omit(auditQuery, { operation: true, before: true });
/** What a person says was not them: an entry of their history, or one of their sessions. Without a body: nothing. */
export const freezeBody = z.optional(
  z.strictObject({ entry: z.optional(z.string().check(z.regex(/^[0-9]{1,15}$/))), session: z.optional(ownId) }),
);
/** The token of a notification's link. It can only freeze. */
export const freezeToken = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
