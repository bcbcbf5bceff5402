import type { SignIn } from './kind.ts';

/** The sign-in page has one field for all codes from apps and tokens. */
export const codeSignIn: SignIn = { kind: 'code', amr: 'otp', title: () => 'A code from an app or token' };

/** Only the last digits: the owner recognizes the number, and others do not learn it. */
const ending = (number: unknown) => `•••${String(number).slice(-4)}`;

export const smsSignIn: SignIn = {
  kind: 'sent',
  amr: 'sms',
  title: ({ phoneNumber }) => `A text message to ${ending(phoneNumber)}`,
};

export const callSignIn: SignIn = {
  kind: 'sent',
  amr: 'tel',
  title: ({ phoneNumber }) => `A call to ${ending(phoneNumber)}`,
};

/** RFC 8176 has no value for email. `email` is Okta's value. */
export const emailSignIn: SignIn = {
  kind: 'sent',
  amr: 'email',
  title: ({ email }) => `An email to ${String(email).replace(/^(.).*@/, '$1•••@')}`,
};
