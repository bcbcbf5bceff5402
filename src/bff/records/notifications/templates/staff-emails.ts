import { locales, sourceLocale } from '#contract/locale/locales.ts';
import type { AlarmData, AlarmName } from './alarm-names.ts';
import type { ApprovalWaitsData, Text } from './template.ts';

/** English, like the helpdesk's pages. */

const moment = new Intl.DateTimeFormat(locales[sourceLocale].formats, {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});
const formatTime = (at: number): string => `${moment.format(at)} UTC`;

export const alarmTitles: Record<AlarmName, string> = {
  enrollment_after_reset: 'a method was added within a day of a reset of somebody privileged',
  privileged_reset: 'the helpdesk reset methods of somebody privileged',
  privileged_freeze: 'the methods of somebody privileged were frozen',
  messages_used_up: 'no more text messages and calls go out: MESSAGE_LIMITS is reached',
  caller_verification_denied: 'a caller verification was denied',
  call_reported: 'an agent reported an odd call in somebody’s name',
  foreign_audit_row: 'the audit log has a row that no portal wrote',
  foreign_cursor: 'somebody else changed how far the audit log was sent, so that rows would have been left out',
  revocation_refused: 'Okta keeps refusing to end somebody’s sessions',
  break_glass: 'somebody was unfrozen on the server',
};

/** No link in this email performs an action. */
export function writeAlarm(orgName: string, { name, subject, login, at, details, leftOut }: AlarmData): Text {
  const who = login === null ? subject : `${login} (${subject})`;
  const more = Object.entries(details).map(([key, value]) => `${key} ${String(value)}`);
  const left = leftOut === 1 ? '1 alarm came' : `${leftOut} alarms came`;
  return {
    subject: `${orgName}: ${alarmTitles[name]}`,
    body: [
      `Latchkey raised an alarm: ${alarmTitles[name]} (${name}).`,
      [...(who === null ? [] : [who]), formatTime(at), ...more].join(', '),
      '',
      ...(leftOut > 0 ? [`Since the last such email, ${left} without an email: see the portal’s log.`, ''] : []),
      'The audit log has the details. An hour brings at most one email about the same person or thing.',
      '',
    ].join('\n'),
  };
}

/** The email's link opens a page with a sign-in, and decides nothing. */
export function writeApprovalWaits(request: ApprovalWaitsData): Text {
  const what = { reset: 'for a reset for', unfreeze: 'to unfreeze', unlock: 'to unlock' }[request.operation];
  return {
    subject: `${request.orgName}: a request of the helpdesk waits for an approver`,
    body: [
      `${request.agent} asks ${what} ${request.person}. Ticket: ${request.ticket}.`,
      `An approver can decide until ${formatTime(request.until)}. Nothing changes before that.`,
      '',
      `Sign in and decide here: ${request.approvalsUrl}`,
      '',
      'Opening this link decides nothing. Whoever asked cannot decide it.',
      '',
    ].join('\n'),
  };
}
