import type { SignIn } from './kind.ts';

/** For codes from an app or token. The sign-in page has one field for all of them. */
export const codeSignIn: SignIn = { kind: 'code', amr: 'otp', title: () => 'A code from an app or token' };

/** Shows only a number's last digits: the owner recognizes it, and others do not learn it. */
const ending = (number: unknown) => `•••${String(number).slice(-4)}`;

/** A code by SMS. */
export const smsSignIn: SignIn = {
  kind: 'sent',
  amr: 'sms',
  title: ({ phoneNumber }) => `A text message to ${ending(phoneNumber)}`,
};

/** A code by voice call. */
export const callSignIn: SignIn = {
  kind: 'sent',
  amr: 'tel',
  title: ({ phoneNumber }) => `A call to ${ending(phoneNumber)}`,
};

/** A code by email. RFC 8176 has no value for email; `email` is Okta's value. */
export const emailSignIn: SignIn = {
  kind: 'sent',
  amr: 'email',
  title: ({ email }) => `An email to ${String(email).replace(/^(.).*@/, '$1•••@')}`,
};
