import { formatCode } from '../helpdesk/recovery-codes/generated-codes.ts';
import type { Notification } from './outbox.ts';
import { clean, supportWords, whenWords } from './templates.ts';

type NotificationData = { name: string; at: number; orgName: string; support: string | null };
type Text = Pick<Notification, 'subject' | 'body'>;

/** @param freezeUrl the one link: it can freeze changes, and nothing else. */
export function resetNotification(
  about: NotificationData & {
    methods: readonly string[];
    agent: string;
    nothingLeft: boolean;
    freezeUrl: string;
    code: string | null;
  },
): Text {
  const { orgName } = about;
  const what = about.methods.length ? about.methods.map(clean).join(', ') : 'your methods';
  return {
    subject: `${orgName}: the helpdesk reset ${what}`,
    body: [
      `Hello ${clean(about.name)},`,
      '',
      `The helpdesk of ${clean(orgName)} (${clean(about.agent)}) reset ${what} on ${whenWords(about.at)}. You were signed out everywhere.`,
      ...(about.nothingLeft ? ['No method is left that proves that it is you: sign in and add one.'] : []),
      ...(about.code === null
        ? []
        : [
            '',
            `When you add it, you are asked for this code: ${formatCode(about.code)}`,
            'It is good for a day, for you alone and for one method. The helpdesk does not know it, and never asks for it.',
          ]),
      '',
      'If you asked for this, there is nothing else to do.',
      `If you did not, stop all changes to your methods here: ${about.freezeUrl}`,
      'The link signs nobody in and can do nothing else. Then tell your helpdesk at once' +
        (about.support ? `: ${clean(about.support)}.` : '.'),
      '',
      'Nobody will ever ask you to read out a code.',
      '',
    ].join('\n'),
  };
}

/** Changes to somebody's methods were stopped, or are possible again. */
export function freezeNotification(change: 'frozen' | 'unfrozen', about: NotificationData): Text {
  const what =
    change === 'frozen' ? 'changes to your methods are stopped' : 'changes to your methods are possible again';
  return {
    subject: `${about.orgName}: ${what}`,
    body: [
      `Hello ${clean(about.name)},`,
      '',
      `Since ${whenWords(about.at)} ${what}.`,
      ...(change === 'frozen'
        ? ['You were signed out everywhere. Only the helpdesk can make changes possible again.']
        : []),
      '',
      supportWords(about.support),
      '',
    ].join('\n'),
  };
}
