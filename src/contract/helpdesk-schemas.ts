import * as z from 'zod/mini';
import { looksLikeCode } from './codes/looks-like-code.ts';
import { factorId, callerCode, ownId } from './schemas.ts';

/** Request schemas of the helpdesk's endpoints. Like all request schemas, they refuse unknown properties. */

/** A text that ends with what the portal adds to the reason of an outcome that it found later. */
export const addedDetail = /^(.*); (reconciled(?:: \d+ of \d+)?)$/s;

/**
 * Free text of a staff member. Control characters are refused, because they could imitate further lines. Text that
 * looks like a code or a number is refused, because it would stay in the log. Text that ends like the portal's own
 * addition is refused, because the log's readers could not tell them apart.
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

/** `token`: from this page's earlier answer, if the page reads the person again. */
export const personQuery = z.strictObject({ token: z.optional(z.string().check(z.maxLength(200))) });
export const watchQuery = z.strictObject({ token: z.string().check(z.maxLength(200)) });

const resetReasons = ['lost', 'replaced', 'broken', 'compromised', 'other'] as const;
/** `locked-out` is only for an unlock, which has no other reason. */
export const operationReasons = [...resetReasons, 'locked-out'] as const;
/** Types of caller verification, strongest first. */
export const callerVerificationTypes = ['push', 'own-session', 'call-back'] as const;
/**
 * For which factors the caller is verified (some, or all), and for which reason. An empty list: the operation only
 * unfreezes or unlocks.
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
  /** The agent confirms that they called this number on file and talked to the person. */
  z.strictObject({ type: z.literal('call-back'), factorId, attest: z.literal(true), choice }),
]);
/** The code that the caller reads out: eight characters that are hard to mishear. A malformed code is no try. */
export const callerCodeBody = z.strictObject({ code: callerCode });

const ticket = z.string().check(z.trim(), z.minLength(1), z.maxLength(60), z.regex(/^[^\p{Cc}\p{Cf}]*$/u));
export const resetBody = z.strictObject({
  factorIds: z.union([z.array(factorId).check(z.minLength(1), z.maxLength(20)), z.literal('all')]),
  /**
   * Optional in this schema, because the handler reports a missing reason or ticket with its own error (`bad_request`
   * with rule `reason`, `ticket_required`).
   */
  reason: z.optional(z.enum(resetReasons)),
  /** Must match `HELPDESK_TICKET_PATTERN`. */
  ticket: z.optional(ticket),
  /** Without a verified caller, an approver has to agree, and `note` says why the caller was not verified. */
  callerVerificationId: z.optional(ownId),
  note: z.optional(sentence),
});
/** The same body as a reset, without the methods. */
export const unfreezeBody = z.omit(resetBody, { factorIds: true });
/** The same body as a reset, without the methods and the reason. */
export const unlockBody = z.omit(resetBody, { factorIds: true, reason: true });
/** Error codes that refuse an operation because its request lacks something, or because something prevents it. */
export const missingCodes = [
  'bad_request',
  'ticket_required',
  'caller_verification_required',
  'conflict',
  'limit_reached',
] as const;
/** Why an approver denies; the agent sees it. With `other`, a note must give the reason. */
export const denialReasons = ['attack', 'verify_again', 'other_methods', 'not_needed', 'other'] as const;
export const decisionBody = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), note: z.optional(sentence) }),
  z
    .strictObject({ decision: z.literal('deny'), reason: z.enum(denialReasons), note: z.optional(sentence) })
    .check(z.refine(({ reason, note }) => reason !== 'other' || Boolean(note))),
]);
/** How an agent ended their own pending request: by another request, or by reporting the call. */
export const ownEndings = ['replaced', 'reported'] as const;
/** `yes` shows the person a code to read out. `no` tells the helpdesk that the person did not call. */
export const callerVerificationAnswerBody = z.strictObject({ answer: z.enum(['yes', 'no']) });

/** An agent's operations on a person. Each request names one of them. */
export const operations = ['reset', 'unfreeze', 'unlock'] as const;
/** An agent's request as it is now, perhaps incomplete. `token`: `watch.token` of `getPerson`. */
export const planBody = z.extend(z.partial(resetBody), {
  operation: z.enum(operations),
  token: z.string().check(z.maxLength(200)),
  factorIds: z.optional(z.union([z.array(factorId).check(z.maxLength(20)), z.literal('all')])),
});
/**
 * Why an approver has to agree. `weak_answer`: anybody with a stolen phone number could have given the caller's answer.
 * `same_method`: the method that verified the caller is to be reset. `same_phone`: that method may be on the lost or
 * stolen phone. `no_channel`: the recovery code cannot be emailed. `suspects_left`: an unfreeze leaves suspect methods.
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

/** What an attack looks like (`attackSigns`), the most important first. */
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
 * What was suspicious about a reported call. The caller was in a hurry or threatened; knew too much or too little;
 * claimed to be from IT; refused verification, or asked for a code.
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
 * Filters for the audit log: kinds of rows and outcomes. `operation`: outcomes, denials, reports, freezes and
 * approvals. Views and refusals are not included, so they cannot push these rows off a page.
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
/** A person's login or id. */
const typedPerson = z.string().check(z.trim(), z.minLength(1), z.maxLength(100), z.regex(/^[^\p{Cc}\p{Cf}]*$/u));
export const auditQuery = z.strictObject({
  /** The staff member who acted. */
  agent: z.optional(typedPerson),
  /** The person whom the row is about. */
  person: z.optional(typedPerson),
  ticket: z.optional(ticket),
  kind: z.optional(z.enum(auditKinds)),
  outcome: z.optional(z.enum(auditOutcomes)),
  /** Only the rows of one operation, found by their `correlationId`. */
  operation: z.optional(z.string().check(z.regex(/^[\w-]{1,60}$/))),
  since: z.optional(moment),
  until: z.optional(moment),
  /** `next` of the previous page. */
  before: z.optional(z.string().check(z.regex(/^[0-9]{1,15}$/))),
});
/**
 * An export cannot be limited to one operation or one page: an auditor must get all rows that match the other filters.
 */
export const auditExportQuery = z.omit(auditQuery, { operation: true, before: true });
/**
 * What a person reports as not theirs: an entry of their history, or one of their sessions. The body may be missing.
 */
export const freezeBody = z.optional(
  z.strictObject({ entry: z.optional(z.string().check(z.regex(/^[0-9]{1,15}$/))), session: z.optional(ownId) }),
);
/** The token of a notification's link. It only allows freezing. */
export const freezeToken = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
