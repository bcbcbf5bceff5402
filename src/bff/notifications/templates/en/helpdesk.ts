import type { ResetData, Templates, Text } from '../template.ts';
import { dateTime, never, tellHelpdesk } from './phrases.ts';

export function reset(about: ResetData): Text {
  const { orgName } = about;
  const what = about.methods.length ? about.methods.join(', ') : 'your methods';
  return {
    subject: `${orgName}: the helpdesk reset ${what}`,
    body: [
      `Hello ${about.name},`,
      '',
      `The helpdesk of ${orgName} (${about.agent}) reset ${what} on ${dateTime(about.at)}. You were signed out everywhere.`,
      ...(about.nothingLeft ? ['No method is left that proves that it is you: sign in and add one.'] : []),
      ...(about.code === null
        ? []
        : [
            '',
            `When you add it, you are asked for this code: ${about.code}`,
            'It is good for a day, for you alone and for one method. The helpdesk does not know it, and never asks for it.',
          ]),
      '',
      'If you asked for this, there is nothing else to do.',
      `If you did not, stop all changes to your methods here: ${about.freezeUrl}`,
      'The link signs nobody in and can do nothing else. Then tell your helpdesk at once' +
        (about.support ? `: ${about.support}.` : '.'),
      '',
      never,
      '',
    ].join('\n'),
  };
}

export const freeze: Templates['freeze'] = (change, about) => {
  const what =
    change === 'frozen' ? 'changes to your methods are stopped' : 'changes to your methods are possible again';
  return {
    subject: `${about.orgName}: ${what}`,
    body: [
      `Hello ${about.name},`,
      '',
      `Since ${dateTime(about.at)} ${what}.`,
      ...(change === 'frozen'
        ? ['You were signed out everywhere. Only the helpdesk can make changes possible again.']
        : []),
      '',
      tellHelpdesk(about.support),
      '',
    ].join('\n'),
  };
};
