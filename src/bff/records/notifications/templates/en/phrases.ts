import type { Device } from '../template.ts';

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** Formats a time (milliseconds) in UTC for the reader of an email. */
export const dateTime = (at: number): string => `${moment.format(at)} UTC`;

/** Returns the sentence that says whom to contact about a change that the reader did not make. */
export const tellHelpdesk = (support: string | null): string =>
  support
    ? `If this was not you, tell your helpdesk at once: ${support}.`
    : 'If this was not you, tell your helpdesk at once.';

/** The one rule about codes, in every email to a person. */
export const neverReadOut =
  'Never read out a code from an app, a text or an email. The one exception is the code on Latchkey’s own page “Did you call the helpdesk?”, after you called.';

/** What the helpdesk never asks for, and the rule about codes. */
export const never = `The helpdesk never asks for your password. ${neverReadOut}`;

/** Says how to freeze, last in an email, so that nobody takes the link for the way to sign in. */
export const freezeAt = (url: string | null): string[] =>
  url === null
    ? []
    : [
        'To freeze all changes to your methods and sign out everywhere, open this link and press “Freeze changes”:',
        url,
        'It signs nobody in and does nothing else. It works for seven days. Only the helpdesk can unfreeze your account.',
        '',
      ];

export const deviceName = ({ browser, system }: Device): string => [browser, system].filter(Boolean).join(' on ');
