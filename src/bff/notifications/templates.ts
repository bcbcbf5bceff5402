import type { Notification } from './outbox.ts';

/** Somebody's words within ours: no line of its own, and short. */
export const clean = (text: string) => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 120);

/** A moment as people read it. */
export const whenWords = (at: number): string =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`;

/** Whom to tell when it was not you. */
export const supportWords = (support: string | null): string =>
  support
    ? `If this was not you, tell your helpdesk at once: ${clean(support)}.`
    : 'If this was not you, tell your helpdesk at once.';

/** What people read in their mail when something about their sign-in changed. No link in it acts. */
export function changeNotification(
  change: 'added' | 'removed',
  about: { name: string; method: string; at: number; agent: string; orgName: string; support: string | null },
): Pick<Notification, 'subject' | 'body'> {
  const method = clean(about.method);
  const what = change === 'added' ? `${method} was added to your account` : `${method} was removed from your account`;
  const means =
    change === 'added'
      ? 'It can now be used to prove that it is you.'
      : 'It can no longer be used to prove that it is you.';
  return {
    subject: `${about.orgName}: ${what}`,
    body: [
      `Hello ${clean(about.name)},`,
      '',
      `${what} on ${whenWords(about.at)}${about.agent ? `, from ${clean(about.agent)}` : ''}. ${means}`,
      '',
      'If this was you, there is nothing to do.',
      supportWords(about.support),
      '',
      'Nobody will ever ask you to read out a code.',
      '',
    ].join('\n'),
  };
}

/** Somebody typed many wrong codes in this person's session. */
export function wrongCodesNotification(about: {
  name: string;
  method: string;
  at: number;
  agent: string;
  orgName: string;
  support: string | null;
}): Pick<Notification, 'subject' | 'body'> {
  const method = clean(about.method);
  return {
    subject: `${about.orgName}: many wrong codes for ${method}`,
    body: [
      `Hello ${clean(about.name)},`,
      '',
      `Many wrong codes for ${method} were entered in your account within 24 hours, the last one on ${whenWords(about.at)}${about.agent ? `, from ${clean(about.agent)}` : ''}.`,
      'Nothing was changed. After 12 wrong codes, codes of this kind are closed for up to 24 hours. Your other methods still work.',
      '',
      'If this was you, there is nothing to do.',
      'If it was not, somebody may be signed in as you: sign in, open “Where you are signed in”, and end the sessions you do not know.',
      supportWords(about.support),
      '',
      'Nobody will ever ask you to read out a code.',
      '',
    ].join('\n'),
  };
}
