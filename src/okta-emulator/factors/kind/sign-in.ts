import type { SignIn } from './kind.ts';

/** Kinds whose codes are typed from an app or token: the sign-in page has one field for all of them. */
export const codeSignIn: SignIn = { way: 'code', amr: 'otp', title: () => 'A code from an app or token' };

/** The end of a number, which tells its owner which one it is, and nobody else the number. */
const ending = (number: unknown) => `•••${String(number).slice(-4)}`;

/** A code that is sent by text message. */
export const smsSignIn: SignIn = {
  way: 'sent',
  amr: 'sms',
  title: ({ phoneNumber }) => `A text message to ${ending(phoneNumber)}`,
};

/** A code that is read out in a call. */
export const callSignIn: SignIn = {
  way: 'sent',
  amr: 'tel',
  title: ({ phoneNumber }) => `A call to ${ending(phoneNumber)}`,
};

/** A code that is sent by mail. RFC 8176 has no word for it; this is Okta's. */
export const emailSignIn: SignIn = {
  way: 'sent',
  amr: 'email',
  title: ({ email }) => `A mail to ${String(email).replace(/^(.).*@/, '$1•••@')}`,
};
