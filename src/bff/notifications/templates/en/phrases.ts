import type { Device } from '../template.ts';

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** A moment as people read it. */
export const dateTime = (at: number): string => `${moment.format(at)} UTC`;

/** Whom to tell when it was not you. */
export const tellHelpdesk = (support: string | null): string =>
  support
    ? `If this was not you, tell your helpdesk at once: ${support}.`
    : 'If this was not you, tell your helpdesk at once.';

export const never =
  'The helpdesk never asks for your password, or for a code from an app, a text message or an email.';

export const deviceName = ({ browser, system }: Device): string => [browser, system].filter(Boolean).join(' on ');
