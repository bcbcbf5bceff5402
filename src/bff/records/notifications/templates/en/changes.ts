import type { ChangeData, Templates, Text } from '../template.ts';
import { methodName } from './methods.ts';
import { dateTime, deviceName, freezeAt, never, tellHelpdesk } from './phrases.ts';

const printDevice = ({ device }: ChangeData): string => {
  const name = deviceName(device);
  return name === '' ? '' : `, from ${name}`;
};

/** What happened, and what it means for the reader. */
const changes = {
  added: ['was added to your account', 'You can now use it to verify that it is you.'],
  removed: ['was removed from your account', 'You can no longer use it to verify that it is you.'],
  replacing: [
    'is being replaced on your account',
    'The old one stops working when it is removed, the new one works as soon as its set-up is finished.',
  ],
  replaced: ['was replaced by a new one on your account', 'You can now use the new one to verify that it is you.'],
} as const;

export const change: Templates['change'] = (kind, about) => {
  const method = methodName(about.method);
  const [happened, means] = changes[kind];
  const what = `${method} ${happened}`;
  return {
    subject: `${about.orgName}: ${what}`,
    body: [
      `Hello ${about.name},`,
      '',
      `${what}${kind === 'replacing' ? ':' : ' on'} ${dateTime(about.at)}${printDevice(about)}. ${means}`,
      '',
      'If this was you, there is nothing to do.',
      tellHelpdesk(about.support),
      `Then sign in, remove what you do not know, and sign out the places that you do not know: ${about.portalUrl}`,
      '',
      never,
      '',
      ...freezeAt(about.freezeUrl),
    ].join('\n'),
  };
};

export function wrongCodes(about: ChangeData): Text {
  const method = methodName(about.method);
  return {
    subject: `${about.orgName}: many wrong codes for ${method}`,
    body: [
      `Hello ${about.name},`,
      '',
      `Many wrong codes for ${method} were entered in your account within 24 hours, the last one on ${dateTime(about.at)}${printDevice(about)}.`,
      'Nothing was changed. After 12 wrong codes, you cannot use this kind of method for up to 24 hours. Your other methods still work.',
      '',
      'If this was you, there is nothing to do.',
      tellHelpdesk(about.support),
      `Somebody may be signed in as you. Sign in, open “Where you’re signed in”, and sign out the places that you do not know: ${about.portalUrl}`,
      '',
      never,
      '',
      ...freezeAt(about.freezeUrl),
    ].join('\n'),
  };
}
