import type { AlarmName } from '../alarm-names.ts';
import type { Templates } from '../template.ts';
import { dateTime } from './phrases.ts';

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

export const alarm: Templates['alarm'] = (orgName, { name, subject, login, at, details, leftOut }) => {
  const who = login === null ? subject : `${login} (${subject})`;
  const more = Object.entries(details).map(([key, value]) => `${key} ${String(value)}`);
  const left = leftOut === 1 ? '1 alarm came' : `${leftOut} alarms came`;
  return {
    subject: `${orgName}: ${alarmTitles[name]}`,
    body: [
      `Latchkey raised an alarm: ${alarmTitles[name]} (${name}).`,
      [...(who === null ? [] : [who]), dateTime(at), ...more].join(', '),
      '',
      ...(leftOut > 0 ? [`Since the last such email, ${left} without an email: see the portal’s log.`, ''] : []),
      'The audit log has the details. An hour brings at most one email about the same person or thing.',
      '',
    ].join('\n'),
  };
};
