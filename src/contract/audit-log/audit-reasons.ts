import type { ErrorCode } from '../errors.ts';
import type { Locale } from '../locale/locales.ts';
import type { AuditLine } from '../helpdesk.ts';
import type { callerVerificationTypes, operationReasons, ownEndings } from '../helpdesk-schemas.ts';
import type { PurposeText } from '../purposes.ts';
import type { AuditEvent } from './audit-events.ts';

declare const isFreeText: unique symbol;
/** A text that contains words of a person, of Okta or of another program. */
export type FreeText = string & { readonly [isFreeText]: true };
export const freeText = (text: string): FreeText => text as FreeText;

/** Keys: the audit log's words for why a caller verification failed. Values: the page's words. */
export const callerFailures = {
  rejected: 'denied_on_phone',
  cancelled: 'denied_on_phone',
  removed: 'not_answered',
  timeout: 'not_answered',
  error: 'error',
  'the person did not call': 'did_not_call',
  'wrong code': 'wrong_code',
  'too many wrong codes': 'too_many_wrong_codes',
} as const satisfies Record<string, NonNullable<AuditLine['failure']>>;
export type CallerFailure = keyof typeof callerFailures;

/** Null if another version of the portal wrote the reason. */
export function findCallerFailure(reason: string | null): CallerFailure | null {
  const said = reason?.replace(/^[a-z-]+: /, '');
  return said !== undefined && Object.hasOwn(callerFailures, said) ? (said as CallerFailure) : null;
}

/**
 * Errors with which Okta can send a browser back to the portal (RFC 6749 section 4.1.2.1, OpenID Connect Core section
 * 3.1.2.6, and OpenID's Unmet Authentication Requirements). A visitor could send any other text, so other texts are not
 * recorded.
 */
const signInErrors = [
  'invalid_request',
  'unauthorized_client',
  'access_denied',
  'unsupported_response_type',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
  'interaction_required',
  'login_required',
  'account_selection_required',
  'consent_required',
  'unmet_authentication_requirements',
] as const;

export const findSignInError = (error: string | undefined): SignInFault =>
  error === undefined ? 'no code' : (signInErrors.find((known) => known === error) ?? 'an unknown error');

export type SignInFault =
  | (typeof signInErrors)[number]
  | 'no code'
  | 'an unknown error'
  | 'malformed callback'
  | 'no such attempt'
  | 'the sign-in was not a new one'
  | 'the sign-in is older than the end of all sessions'
  | 'the session to prove for is over'
  | 'too many sessions'
  | 'another person signed in'
  | 'acr is not what was asked'
  | 'the sign-in was too weak'
  | 'it may be by a method that must be cancelled'
  | `the account is ${string}`;

/** Reasons in rows of the audit log. An older version of the portal may have written other reasons. */
export type AuditReason =
  | FreeText
  | PurposeText
  | ErrorCode
  /** What was tried, and the error's code. */
  | `${string}: ${ErrorCode}`
  | 'unrecorded'
  | 'internal'
  | 'reconciled'
  // Changes of a person's own methods.
  | 'by phone'
  | 'begun anew'
  | 'replaced'
  | 'cancelled'
  | 'at once'
  | 'named'
  | `from ${Locale} to ${Locale}`
  | 'name taken away'
  | 'test'
  | 'a key is asked'
  | 'told'
  | Lowercase<'SUCCESS' | 'REJECTED' | 'TIMEOUT' | 'CANCELLED' | 'ERROR'>
  | 'ended'
  // Sign-ins and sessions.
  | SignInFault
  | 'by its owner'
  | 'for a newer one'
  | 'universal logout by the org'
  // The helpdesk.
  | (typeof operationReasons)[number]
  | `${(typeof operationReasons)[number]}: ${string}`
  | (typeof ownEndings)[number]
  | (typeof callerVerificationTypes)[number]
  | `${(typeof callerVerificationTypes)[number]}: ${CallerFailure}`
  | 'push: success'
  | 'own-session: a code was shown'
  | 'again'
  | 'all'
  | 'a method is gone'
  | 'shown to be handed over'
  | 'recovery code'
  | 'recovery code: wrong code'
  // Freezes, and why something pending was ended.
  | 'this was not me'
  | `this was not me: ${string}`
  | 'by the link in a notice'
  | 'break-glass, on the server'
  | 'frozen again after a restore'
  | 'at the org'
  | 'asked for by the helpdesk'
  | `begun before the ${'freeze' | 'reset'}`
  | 'frozen'
  | 'reset'
  | 'the person did not call'
  // Emails and the log itself.
  | `${AuditEvent} to ${string}`
  | `not told: ${AuditEvent} to ${string}`;

export const hasReason = ({ reason }: { reason: string | null }, wanted: AuditReason): boolean => reason === wanted;
