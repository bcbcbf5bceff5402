import type * as z from 'zod/mini';
import type { PurposeText } from './purposes.ts';
import type { stepUpOption } from './replies.ts';

type ErrorRow = {
  status: number;
  /** The audit log records this error as a refusal. */
  refuses?: true;
  /** The helpdesk's roles, scope and policy deny with this error. */
  denies?: true;
};

const error = {
  bad_request: { status: 400 },
  bad_phone: { status: 400 },
  bad_answer: { status: 400 },
  ticket_required: { status: 400 },
  signed_out: { status: 401 },
  csrf: { status: 403, refuses: true },
  from_elsewhere: { status: 403 },
  forbidden: { status: 403, refuses: true, denies: true },
  step_up_required: { status: 403, refuses: true },
  wrong_code: { status: 403 },
  out_of_policy: { status: 403, refuses: true, denies: true },
  caller_verification_required: { status: 403, refuses: true },
  recovery_code_required: { status: 403, refuses: true },
  not_found: { status: 404, denies: true },
  last_factor: { status: 409, refuses: true },
  required_factor: { status: 409, refuses: true },
  already_enrolled: { status: 409 },
  already_done: { status: 409 },
  outcome_unknown: { status: 409 },
  open_elsewhere: { status: 409 },
  conflict: { status: 409 },
  cancellation_pending: { status: 409, refuses: true },
  phone_on_file: { status: 409 },
  managed_at_okta: { status: 409 },
  too_large: { status: 413 },
  bad_type: { status: 415 },
  locked: { status: 423, refuses: true },
  frozen: { status: 423, refuses: true },
  too_many_attempts: { status: 429, refuses: true },
  sent_too_soon: { status: 429 },
  busy: { status: 429 },
  limit_reached: { status: 429, refuses: true },
  message_limit: { status: 429, refuses: true },
  internal: { status: 500 },
  org_error: { status: 502 },
  org_unavailable: { status: 503 },
  store_unavailable: { status: 503 },
  org_timeout: { status: 504 },
} as const satisfies Record<string, ErrorRow>;

export const errors: Record<ErrorCode, ErrorRow> = error;

export type ErrorCode = keyof typeof error;

/**
 * Rules say why a request was refused, in addition to the error's code. Another version of the portal may send other
 * rules.
 */
export const personRules = {
  bad_request: ['purpose'],
  busy: ['change_runs'],
  out_of_policy: ['nothing_to_answer_with'],
  recovery_code_required: ['needed', 'used', 'over'],
} as const;

/** Why the helpdesk's policy denies an operation. */
export const denialRules = ['helpdesk_only', 'own', 'peer', 'above', 'agents_only', 'approvers_only'] as const;

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

export type RuledCode = keyof typeof personRules | keyof typeof helpdeskRules;
export type ErrorRule<Code extends RuledCode> = Rules<typeof personRules, Code> | Rules<typeof helpdeskRules, Code>;

export type StepUpOption = z.output<typeof stepUpOption>;

export type ErrorDetails = {
  /** `step_up_required`: the missing step-up. `strength` 0: a fresh sign-in at Okta. */
  purpose?: PurposeText;
  strength?: number;
  options?: StepUpOption[];
  /** `wrong_code`: tries left before codes are blocked. */
  triesLeft?: number;
  /** When to try again, ISO 8601. */
  retryAt?: string;
  /** `too_many_attempts`: whether codes of all kinds are blocked, or only of this kind. */
  closed?: 'all' | 'kind';
  /** `too_many_attempts` without `retryAt`: address of a new sign-in at Okta, which ends the block. */
  signIn?: string;
  /**
   * `already_enrolled`, `already_done`: the existing factor. `open_elsewhere`: the factor that another tab can finish;
   * missing if only another session can.
   */
  factorId?: string;
};

/** `rule` is any text, because another version of the portal may send a new rule. */
type SentDetails = ErrorDetails & { rule?: string };

export type ErrorBody = { error: { code: ErrorCode; requestId: string } & SentDetails };

/** The only error that is sent to the browser, which rebuilds it from the response body. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: SentDetails;
  requestId: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.status = errors[code].status;
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
