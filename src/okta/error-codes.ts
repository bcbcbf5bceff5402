/**
 * Okta's error codes, each with its HTTP status and summary; `{0}` is filled in. Source: Okta's published list. Okta
 * guarantees only the code. E0000226, E0000233 and E0000264 are newer than the list; their summaries are ours.
 */
export const errorCodes = {
  E0000001: { status: 400, summary: 'Api validation failed: {0}' },
  E0000003: { status: 400, summary: 'The request body was not well-formed.' },
  E0000004: { status: 401, summary: 'Authentication failed' },
  E0000005: { status: 403, summary: 'Invalid session' },
  E0000006: { status: 403, summary: 'You do not have permission to perform the requested action' },
  E0000007: { status: 404, summary: 'Not found: {0}' },
  E0000008: { status: 404, summary: 'The requested path was not found' },
  E0000009: { status: 500, summary: 'Internal Server Error' },
  E0000011: { status: 401, summary: 'Invalid token provided' },
  E0000014: { status: 403, summary: 'Update of credentials failed' },
  E0000015: { status: 401, summary: 'You do not have permission to access the feature you are requesting' },
  E0000019: {
    status: 400,
    summary: 'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
  },
  E0000021: {
    status: 400,
    summary: 'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
  },
  E0000022: { status: 405, summary: 'The endpoint does not support the provided HTTP method' },
  E0000029: { status: 400, summary: 'Invalid paging request.' },
  E0000031: { status: 400, summary: 'Invalid search criteria.' },
  E0000038: { status: 403, summary: "This operation is not allowed in the user's current status." },
  E0000047: { status: 429, summary: 'API call exceeded rate limit due to too many requests.' },
  E0000066: { status: 400, summary: 'APNS is not configured, contact your admin' },
  E0000067: { status: 504, summary: 'Factors Service Error.' },
  E0000068: { status: 403, summary: 'Invalid Passcode/Answer' },
  E0000069: { status: 403, summary: 'User Locked' },
  E0000070: { status: 202, summary: 'Waiting for ACK' },
  E0000073: { status: 403, summary: 'User rejected authentication' },
  E0000074: { status: 400, summary: 'Factor Service Error' },
  E0000078: { status: 403, summary: 'Cannot modify the {0} attribute because it is immutable.' },
  E0000079: { status: 403, summary: 'This operation is not allowed in the current authentication state.' },
  E0000082: { status: 403, summary: 'Each code can only be used once. Please wait for a new code and try again.' },
  E0000083: { status: 403, summary: 'PassCode is valid but exceeded time window.' },
  E0000097: { status: 403, summary: 'There is no verified phone number on file.' },
  E0000098: { status: 400, summary: 'This phone number is invalid.' },
  E0000099: {
    status: 403,
    summary: 'Only numbers located in US and Canada are allowed.  Contact your administrator if this is a problem.',
  },
  E0000102: {
    status: 403,
    summary:
      'YubiKey cannot be deleted while assigned to an user. Please deactivate YubiKey using reset MFA and try again',
  },
  E0000107: { status: 403, summary: 'The entity is not in the expected state for the requested transition.' },
  E0000109: { status: 429, summary: 'An SMS message was recently sent. Please wait 30 seconds before trying again.' },
  E0000112: {
    status: 409,
    summary: 'Cannot update this user because they are still being activated. Please try again in a few minutes.',
  },
  E0000113: { status: 409, summary: '{0}.' },
  E0000117: { status: 403, summary: 'Cannot assign apps or update app profiles for an inactive user.' },
  E0000118: { status: 429, summary: 'An email was recently sent. Please wait 5 seconds before trying again.' },
  E0000119: { status: 403, summary: 'Your account is locked. Please contact your administrator.' },
  E0000121: { status: 400, summary: 'Invalid phone extension. Please enter a valid phone extension.' },
  E0000122: { status: 406, summary: "Accept Header did not contain supported media type 'application/json'" },
  E0000133: { status: 429, summary: 'A phone call was recently made. Please wait 30 seconds before trying again.' },
  E0000136: { status: 409, summary: 'Mobile phone conflict exception.' },
  E0000138: { status: 500, summary: 'There was an internal error with call provider(s).' },
  E0000139: { status: 503, summary: 'Telephony provider error.' },
  E0000140: { status: 400, summary: 'Telephony opt out error.' },
  E0000146: {
    status: 429,
    summary: 'Your organization has reached the limit of sms requests that can be sent within a 24 hour period.',
  },
  E0000147: {
    status: 429,
    summary: 'Your organization has reached the limit of call requests that can be sent within a 24 hour period.',
  },
  E0000150: { status: 403, summary: 'You have reached the limit of sms requests, please try again later.' },
  E0000151: { status: 403, summary: 'You have reached the limit of call requests, please try again later.' },
  E0000154: { status: 410, summary: 'Invalid factor id, it is not currently active.' },
  E0000155: { status: 423, summary: 'User is not currently active.' },
  E0000156: { status: 410, summary: 'Invalid user id; the user either does not exist or has been deleted.' },
  E0000158: { status: 400, summary: 'Invalid Enrollment. User verification required.' },
  E0000159: { status: 400, summary: 'Invalid Enrollment. FIPS compliance required.' },
  E0000180: { status: 423, summary: 'Factor id is currently not active.' },
  E0000186: {
    status: 429,
    summary:
      'Your free tier organization has reached the limit of sms requests that can be sent within a 30 day period.',
  },
  E0000191: { status: 404, summary: 'Verification timed out. Please try again.' },
  E0000204: { status: 429, summary: 'You have reached the limit of sms requests, please try again later.' },
  E0000205: { status: 429, summary: 'You have reached the limit of call requests, please try again later.' },
  E0000226: { status: 400, summary: 'An active telephony inline hook is required to use the Phone authenticator.' },
  E0000228: { status: 403, summary: "SMS template customization isn't permitted." },
  E0000233: { status: 403, summary: 'The Okta Verify SMS setup link is available to paid orgs only.' },
  E0000247: {
    status: 403,
    summary:
      "Your organization doesn't support SMS or Voice authentication at this time. Select another authentication method.",
  },
  E0000264: {
    status: 400,
    summary:
      'An active telephony inline hook or custom telephony provider credential is required to use the Phone authenticator.',
  },
} as const satisfies Record<string, { status: number; summary: string }>;

export type OktaErrorCode = keyof typeof errorCodes;
