import { errorCodes, type OktaErrorCode } from '#okta/error-codes.ts';

export type OktaErrorDetails = {
  /** The value for `{0}` in the code's summary. */
  about?: string;
  /** The summaries in `errorCauses`. */
  causes?: string[];
  headers?: Record<string, string>;
  /** Only if Okta answers with another status than its list of codes says. */
  status?: number;
};

export class OktaError extends Error {
  readonly code: OktaErrorCode;
  readonly status: number;
  readonly causes: readonly string[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: OktaErrorCode, { about = '', causes = [], headers = {}, status }: OktaErrorDetails = {}) {
    super(errorCodes[code].summary.replace('{0}', about));
    this.code = code;
    this.status = status ?? errorCodes[code].status;
    this.causes = causes;
    this.headers = headers;
  }
}

export function errorBody(error: OktaError, errorId: string): object {
  return {
    errorCode: error.code,
    errorSummary: error.message,
    errorLink: error.code,
    errorId,
    errorCauses: error.causes.map((errorSummary) => ({ errorSummary })),
  };
}

type Resource =
  | 'User'
  | 'UserFactor'
  | 'UserGroup'
  | 'FactorTransaction'
  | 'RoleAssignment'
  | 'Policy'
  | 'Authenticator'
  | 'AuthenticatorEnrollment';

/** 404: the id is unknown, or belongs to another person. */
export function notFound(id: string, type: Resource): OktaError {
  return new OktaError('E0000007', { about: `Resource not found: ${id} (${type})` });
}

export function invalid(object: string, ...causes: string[]): OktaError {
  return new OktaError('E0000001', { about: object, causes });
}
