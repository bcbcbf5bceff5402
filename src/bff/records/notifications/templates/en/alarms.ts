import type { AlarmLine, AlarmName } from '../alarm-names.ts';
import type { Templates } from '../template.ts';
import { dateTime } from './phrases.ts';

export const alarmTitles: Record<AlarmName, string> = {
  enrollment_after_reset: 'a method was added within a day of a reset, from a network that is new for this person',
  resets_burst: 'unusually many resets by the helpdesk',
  refusals_burst: 'unusually many refused requests',
  sends_burst: 'unusually many messages or pushes',
  messages_nearly_used_up: 'most of the text messages and calls that MESSAGE_LIMITS allows in a day were sent',
  messages_used_up: 'no more text messages and calls go out: MESSAGE_LIMITS is reached',
  caller_verification_denied: 'a caller verification was denied',
  call_reported: 'an agent reported an odd call in somebody’s name',
  foreign_audit_row: 'the audit log has a row that no portal wrote',
  foreign_cursor: 'somebody else changed how far the audit log was read, so that rows would have been left out',
  revocation_refused: 'Okta keeps refusing to end somebody’s sessions',
  break_glass: 'somebody was unfrozen on the server',
};

/** Returns the line about one subject: who, how often, when last, and further details. */
function lineOf({ subject, login, times, at, details }: AlarmLine): string {
  const who = subject === '' ? null : login === null ? subject : `${login} (${subject})`;
  const more = Object.entries(details).map(([key, value]) => `${key} ${String(value)}`);
  return `- ${[who, ...(times > 1 ? [`${times} times`] : []), `last on ${dateTime(at)}`, ...more].filter((part) => part !== null).join(', ')}`;
}

export const alarms: Templates['alarms'] = (orgName, lines) => {
  const names = [...new Set(lines.map(({ name }) => name))];
  const only = lines.length === 1 ? alarmTitles[lines[0]!.name] : null;
  return {
    subject: `${orgName}: ${only ?? `${lines.length} alarms`}`,
    body: [
      ...names.flatMap((name) => [
        `Latchkey raised an alarm: ${alarmTitles[name]} (${name}).`,
        ...lines.filter((line) => line.name === name).map(lineOf),
        '',
      ]),
      'The audit log has the details. Further alarms of the same kind come as one email an hour.',
      '',
    ].join('\n'),
  };
};
