import type { VerificationType } from './kinds.ts';

/** Every error code that leaves the BFF, with its HTTP status. A closed set: the browser has words for each. */
export const errorStatus = {
  bad_request: 400,
  bad_phone: 400,
  bad_answer: 400,
  ticket_required: 400,
  signed_out: 401,
  csrf: 403,
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
  conflict: 409,
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

/** A way in which this person can prove that it is them. */
export type StepUpOption =
  | {
      type: 'factor';
      factorId: string;
      kind: string;
      name: string;
      /** Where it leads or which one it is: a masked number or address, a device's name. */
      detail: string | null;
      strength: number;
      verificationType: VerificationType;
    }
  /** Sign in at Okta once more; `href` starts it and leads back. */
  | { type: 'okta'; href: string };

/** What some codes carry besides. */
export type ErrorDetails = {
  /** `step_up_required`: what the proof is for, how strong it must be (0: a fresh sign-in), how it can be given. */
  purpose?: string;
  strength?: number;
  options?: StepUpOption[];
  /** `wrong_code`: tries left before code entry closes. */
  triesLeft?: number;
  /** `too_many_attempts`, `sent_too_soon`, `busy`, `limit_reached`, `message_limit`: when to try again, ISO 8601. */
  retryAt?: string;
  /** `too_many_attempts`: whether codes and answers of every kind are closed, or those of this one kind. */
  closed?: 'all' | 'kind';
  /** `too_many_attempts` without `retryAt`: no waiting opens it; signing in at Okta does, which this address begins. */
  signIn?: string;
  /** `already_enrolled`: the factor that is there. */
  factorId?: string;
  /** `out_of_policy`, `limit_reached`: the rule of the helpdesk's policy that says no. */
  rule?: string;
};

export type ErrorBody = { error: { code: ErrorCode; message: string; requestId: string } & ErrorDetails };

/** The one error that crosses the door: thrown in the BFF, rebuilt from its body in the browser. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: ErrorDetails;
  requestId: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = errorStatus[code];
    this.details = details;
  }

  static fromBody({ error }: ErrorBody): ApiError {
    const { code, message, requestId, ...details } = error;
    const rebuilt = new ApiError(code, message, details);
    rebuilt.requestId = requestId;
    return rebuilt;
  }

  toBody(requestId: string): ErrorBody {
    return { error: { code: this.code, message: this.message, requestId, ...this.details } };
  }
}
