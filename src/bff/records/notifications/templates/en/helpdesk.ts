import type { ApprovalWaitsData, ResetData, Templates, Text, UnlockedData } from '../template.ts';
import { methodName } from './methods.ts';
import { dateTime, freezeAt, never, tellHelpdesk } from './phrases.ts';

export function reset(about: ResetData): Text {
  const { orgName } = about;
  const what = about.methods.length ? about.methods.map(methodName).join(', ') : 'your methods';
  return {
    subject: `${orgName}: the helpdesk reset ${what}`,
    body: [
      `Hello ${about.name},`,
      '',
      `The helpdesk of ${orgName} (${about.agent}) reset ${what} on ${dateTime(about.at)}. You were signed out of Latchkey everywhere.`,
      ...(about.nothingLeft
        ? ['You have no security method left.', '', `Sign in and add one here: ${about.addUrl}`]
        : ['', `Your methods, and adding another: ${about.addUrl}`]),
      ...(about.code === null
        ? []
        : [
            `There, enter this recovery code: ${about.code}`,
            'It works once, for 24 hours, and for you alone. The helpdesk does not know it.',
          ]),
      '',
      'If you asked for this, there is nothing else to do.',
      tellHelpdesk(about.support),
      '',
      never,
      '',
      ...freezeAt(about.freezeUrl),
    ].join('\n'),
  };
}

export const freeze: Templates['freeze'] = (change, about) => {
  const what = change === 'frozen' ? 'changes to your methods were frozen' : 'changes to your methods were unfrozen';
  return {
    subject: `${about.orgName}: ${what}`,
    body: [
      `Hello ${about.name},`,
      '',
      `${what[0]!.toUpperCase()}${what.slice(1)} on ${dateTime(about.at)}.`,
      ...(change === 'frozen'
        ? ['You were signed out of Latchkey everywhere. Only the helpdesk can unfreeze your account.']
        : []),
      '',
      tellHelpdesk(about.support),
      '',
      never,
      '',
    ].join('\n'),
  };
};

/** What to do about what the helpdesk did for somebody, if that person did not ask for it. */
const ifNotAsked = ({ support, freezeUrl }: Pick<UnlockedData, 'support' | 'freezeUrl'>): string[] => [
  'If you asked for this, there is nothing to do.',
  tellHelpdesk(support),
  '',
  never,
  '',
  ...freezeAt(freezeUrl),
];

export function unlocked(about: UnlockedData): Text {
  return {
    subject: `${about.orgName}: the helpdesk unlocked your account`,
    body: [
      `Hello ${about.name},`,
      '',
      `Your account was locked. The helpdesk of ${about.orgName} (${about.agent}) unlocked it on ${dateTime(about.at)}. Your methods are the same as before.`,
      '',
      ...ifNotAsked(about),
    ].join('\n'),
  };
}

export function approvalWaits(about: ApprovalWaitsData): Text {
  const what = { reset: 'for a reset for', unfreeze: 'to unfreeze', unlock: 'to unlock' }[about.operation];
  return {
    subject: `${about.orgName}: a request of the helpdesk waits for an approver`,
    body: [
      `${about.agent} asks ${what} ${about.person}. Ticket: ${about.ticket}.`,
      `An approver can decide until ${dateTime(about.until)}. Nothing changes before that.`,
      '',
      `Sign in and decide here: ${about.approvalsUrl}`,
      '',
      'Opening this link decides nothing. Whoever asked cannot decide it.',
      '',
    ].join('\n'),
  };
}
