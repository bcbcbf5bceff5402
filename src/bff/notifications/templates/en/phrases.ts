import type { Device } from '../template.ts';

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** Formats a time (milliseconds) in UTC for the reader of an email. */
export const dateTime = (at: number): string => `${moment.format(at)} UTC`;

/** Returns the sentence that says whom to contact about a change that the reader did not make. */
export const tellHelpdesk = (support: string | null): string =>
  support
    ? `If this was not you, tell your helpdesk at once: ${support}.`
    : 'If this was not you, tell your helpdesk at once.';

export const never =
  'The helpdesk never asks for your password, or for a code from an app, a text message or an email.';

export const deviceName = ({ browser, system }: Device): string => [browser, system].filter(Boolean).join(' on ');
