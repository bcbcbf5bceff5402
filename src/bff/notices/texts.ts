import type { Notice } from './outbox.ts';

const clean = (text: string) => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 120);

/** What people read in their mail when something about their sign-in changed. No link in it acts. */
export function noticeOf(
  change: 'added' | 'removed',
  about: { name: string; method: string; at: number; agent: string; orgName: string; support: string | null },
): Pick<Notice, 'subject' | 'body'> {
  const method = clean(about.method);
  const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(about.at);
  const what = change === 'added' ? `${method} was added to your account` : `${method} was removed from your account`;
  const means =
    change === 'added' ? 'It can now be used to prove that it is you.' : 'It can no longer be used to prove that it is you.';
  const object = about.support
    ? `If this was not you, tell your helpdesk at once: ${clean(about.support)}.`
    : 'If this was not you, tell your helpdesk at once.';
  return {
    subject: `${about.orgName}: ${what}`,
    body: [
      `Hello ${clean(about.name)},`,
      '',
      `${what} on ${when} UTC${about.agent ? `, from ${clean(about.agent)}` : ''}. ${means}`,
      '',
      'If this was you, there is nothing to do.',
      object,
      '',
      'Nobody will ever ask you to read out a code.',
      '',
    ].join('\n'),
  };
}

/** `ada@example.com` → `a•••@example.com`: enough to know one's own address by. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '•••' : `${address.slice(0, 1)}•••${address.slice(at)}`;
}
