/**
 * Okta's published error codes. `{0}` is a placeholder. Only the code is stable at Okta. E0000233 is newer than the
 * list, so its summary is our own.
 */
export const errorCodes = {
  E0000001: { status: 400, summary: 'Api validation failed: {0}' },
  E0000003: { status: 400, summary: 'The request body was not well-formed.' },
  E0000004: { status: 401, summary: 'Authentication failed' },
  E0000006: { status: 403, summary: 'You do not have permission to perform the requested action' },
  E0000007: { status: 404, summary: 'Not found: {0}' },
  E0000008: { status: 404, summary: 'The requested path was not found' },
  E0000009: { status: 500, summary: 'Internal Server Error' },
  E0000011: { status: 401, summary: 'Invalid token provided' },
  E0000014: { status: 403, summary: 'Update of credentials failed' },
  E0000015: { status: 401, summary: 'You do not have permission to access the feature you are requesting' },
  E0000016: { status: 403, summary: 'Activation failed because the user is already active' },
  E0000021: {
    status: 400,
    summary: 'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
  },
  E0000022: { status: 405, summary: 'The endpoint does not support the provided HTTP method' },
  E0000029: { status: 400, summary: 'Invalid paging request.' },
  E0000031: { status: 400, summary: 'Invalid search criteria.' },
  E0000032: { status: 403, summary: 'Unlock is not allowed for this user.' },
  E0000033: { status: 400, summary: "Bad request. Can't specify a search query and filter in the same request." },
  E0000034: { status: 403, summary: 'Forgot password not allowed on specified user.' },
  E0000035: { status: 403, summary: 'Change password not allowed on specified user.' },
  E0000036: { status: 403, summary: 'Change recovery question not allowed on specified user.' },
  E0000038: { status: 403, summary: "This operation is not allowed in the user's current status." },
  E0000047: { status: 429, summary: 'API call exceeded rate limit due to too many requests.' },
  E0000067: { status: 504, summary: 'Factors Service Error.' },
  E0000068: { status: 403, summary: 'Invalid Passcode/Answer' },
  E0000069: { status: 403, summary: 'User Locked' },
  E0000070: { status: 202, summary: 'Waiting for ACK' },
  E0000082: { status: 403, summary: 'Each code can only be used once. Please wait for a new code and try again.' },
  E0000087: { status: 403, summary: 'The recovery question answer did not match our records.' },
  E0000107: { status: 403, summary: 'The entity is not in the expected state for the requested transition.' },
  E0000109: { status: 429, summary: 'An SMS message was recently sent. Please wait 30 seconds before trying again.' },
  E0000112: {
    status: 409,
    summary: 'Cannot update this user because they are still being activated. Please try again in a few minutes.',
  },
  E0000090: { status: 409, summary: 'The role specified is already assigned to the user.' },
  E0000111: { status: 403, summary: 'Cannot modify the {0} object because it is read-only.' },
  E0000118: { status: 429, summary: 'An email was recently sent. Please wait 5 seconds before trying again.' },
  E0000121: { status: 400, summary: 'Invalid phone extension. Please enter a valid phone extension.' },
  E0000122: { status: 406, summary: "Accept Header did not contain supported media type 'application/json'" },
  E0000124: {
    status: 400,
    summary:
      'Could not create user. To create a user and expire their password immediately, a password must be specified',
  },
  E0000125: {
    status: 400,
    summary: 'Could not create user. To create a user and expire their password immediately, "activate" must be true',
  },
  E0000133: { status: 429, summary: 'A phone call was recently made. Please wait 30 seconds before trying again.' },
  E0000139: { status: 503, summary: 'Telephony provider error.' },
  E0000154: { status: 410, summary: 'Invalid factor id, it is not currently active.' },
  E0000155: { status: 423, summary: 'User is not currently active.' },
  E0000233: { status: 403, summary: 'The Okta Verify SMS setup link is available to paid orgs only.' },
} as const satisfies Record<string, { status: number; summary: string }>;

export type OktaErrorCode = keyof typeof errorCodes;
