import { errorCodes, type OktaErrorCode } from '#okta/error-codes.ts';

export type OktaErrorDetails = {
  /** The value for `{0}` in the code's summary. */
  about?: string;
  /** The summaries in `errorCauses`. */
  causes?: string[];
  headers?: Record<string, string>;
  /** The status, if Okta's answers differ from its list. */
  status?: number;
};

/** An error in Okta's format. Routes throw it; the API's error handler sends it. */
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

/** Returns an error's body. `errorLink` repeats the code; each cause is an object with a summary. */
export function errorBody(error: OktaError, errorId: string): object {
  return {
    errorCode: error.code,
    errorSummary: error.message,
    errorLink: error.code,
    errorId,
    errorCauses: error.causes.map((errorSummary) => ({ errorSummary })),
  };
}

/** Okta's names for the object to which an id belongs. */
type Resource =
  | 'User'
  | 'UserFactor'
  | 'UserGroup'
  | 'FactorTransaction'
  | 'RoleAssignment'
  | 'Policy'
  | 'Authenticator'
  | 'AuthenticatorEnrollment';

/** Returns a 404: the id is unknown, or belongs to another person. */
export function notFound(id: string, type: Resource): OktaError {
  return new OktaError('E0000007', { about: `Resource not found: ${id} (${type})` });
}

/** Returns a 400: the body is invalid. `object`: the object's name. `causes`: the reasons. */
export function invalid(object: string, ...causes: string[]): OktaError {
  return new OktaError('E0000001', { about: object, causes });
}
