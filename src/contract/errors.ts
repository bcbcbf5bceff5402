import type * as z from 'zod/mini';
import type { PurposeText } from './purposes.ts';
import type { stepUpOption } from './replies.ts';

/** Every error code that the BFF sends, with its HTTP status. The browser has a message for each. */
export const errorStatus = {
  bad_request: 400,
  bad_phone: 400,
  bad_answer: 400,
  ticket_required: 400,
  signed_out: 401,
  csrf: 403,
  from_elsewhere: 403,
  forbidden: 403,
  step_up_required: 403,
  wrong_code: 403,
  out_of_policy: 403,
  caller_verification_required: 403,
  recovery_code_required: 403,
  not_found: 404,
  last_factor: 409,
  required_factor: 409,
  already_enrolled: 409,
  already_done: 409,
  outcome_unknown: 409,
  open_elsewhere: 409,
  conflict: 409,
  cancellation_pending: 409,
  phone_on_file: 409,
  managed_at_okta: 409,
  too_large: 413,
  bad_type: 415,
  locked: 423,
  frozen: 423,
  too_many_attempts: 429,
  sent_too_soon: 429,
  busy: 429,
  limit_reached: 429,
  message_limit: 429,
  internal: 500,
  org_error: 502,
  org_unavailable: 503,
  store_unavailable: 503,
  org_timeout: 504,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/**
 * Rules: why a request was refused, besides its error's code. The pages have a text for each; the compiler names a
 * missing one. At run time a rule can be one that is not here: another version of the portal may have sent it.
 *
 * These are what people meet on their own pages, and staff too where they verify that it is them.
 */
export const personRules = {
  bad_request: ['purpose'],
  busy: ['change_runs'],
  out_of_policy: ['nothing_to_answer_with'],
  recovery_code_required: ['needed', 'used', 'over'],
} as const;

/** Why the helpdesk's policy denies an operation. */
export const denialRules = ['helpdesk_only', 'own', 'peer', 'above', 'agents_only', 'approvers_only'] as const;

/** The rules that staff meet on the helpdesk's pages. */
export const helpdeskRules = {
  bad_request: ['reason', 'choice'],
  caller_verification_required: ['none', 'not_verified', 'not_while_frozen', 'more_than_confirmed', 'other_reason'],
  conflict: [
    'attack_signs',
    'not_frozen',
    'not_locked',
    'approval_waits',
    'reset_first',
    'decided',
    'expired',
    'withdrawn',
    'replaced',
    'gone',
    'added',
    'shown',
    'no_code_needed',
  ],
  limit_reached: [
    'agent_hour',
    'person_day',
    'unlocks_day',
    'verifications_agent',
    'verifications_person',
    'requests_agent',
    'reports_agent',
  ],
  out_of_policy: [
    ...denialRules,
    'own_request',
    'agent_not_allowed',
    'not_decider',
    'caller_has_no_method',
    'contact_changed',
    'type_not_enabled',
    'not_while_frozen',
  ],
} as const;

type Rules<All, Code> = Code extends keyof All ? (All[Code] extends readonly (infer Rule)[] ? Rule : never) : never;

export type PersonRule<Code extends keyof typeof personRules> = Rules<typeof personRules, Code>;

/** The codes whose errors name a rule, and the rules of a code. */
export type RuledCode = keyof typeof personRules | keyof typeof helpdeskRules;
export type ErrorRule<Code extends RuledCode> = Rules<typeof personRules, Code> | Rules<typeof helpdeskRules, Code>;

/** One way for this user to step up. */
export type StepUpOption = z.output<typeof stepUpOption>;

/** Additional data of some codes. */
export type ErrorDetails = {
  /** `step_up_required`: purpose, required strength (0: a fresh sign-in) and options of the step-up. */
  purpose?: PurposeText;
  strength?: number;
  options?: StepUpOption[];
  /** `wrong_code`: tries left before code entry is blocked. */
  triesLeft?: number;
  /**
   * `too_many_attempts`, `sent_too_soon`, `busy`, `limit_reached`, `message_limit`, `cancellation_pending`: when to try
   * again, ISO 8601.
   */
  retryAt?: string;
  /** `too_many_attempts`: whether codes and answers of all kinds are blocked, or of this kind only. */
  closed?: 'all' | 'kind';
  /**
   * `too_many_attempts` without `retryAt`: waiting does not end the block, but a sign-in at Okta does. This starts it.
   */
  signIn?: string;
  /** `already_enrolled`, `already_done`: the existing factor. `open_elsewhere`: the one that another tab can finish. */
  factorId?: string;
};

/** `rule`: why. Another version of the portal may send one that is not there. */
type SentDetails = ErrorDetails & { rule?: string };

export type ErrorBody = { error: { code: ErrorCode; requestId: string } & SentDetails };

/** The only error sent to the browser: the BFF throws it, the browser rebuilds it from the response body. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: SentDetails;
  requestId: string | undefined;

  /** Creates an error without a rule; `withRule` creates one that names its rule. */
  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.status = errorStatus[code];
    this.details = details;
  }

  static withRule<Code extends RuledCode>(
    code: Code,
    rule: ErrorRule<Code>,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ): ApiError {
    const withRule = { ...details, rule };
    return new ApiError(code, withRule, options);
  }

  static fromBody({ error }: ErrorBody): ApiError {
    const { code, requestId, ...details } = error;
    const rebuilt = new ApiError(code, details);
    rebuilt.requestId = requestId;
    return rebuilt;
  }

  toBody(requestId: string): ErrorBody {
    return { error: { code: this.code, requestId, ...this.details } };
  }
}
