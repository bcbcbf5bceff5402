import { clean, whenWords } from '../notifications/templates.ts';
import type { AlarmDetails } from './alarms.ts';
import { alarmTitles } from './names.ts';
import type { AlarmName } from './names.ts';

export type AlarmLine = {
  name: AlarmName;
  subject: string;
  login: string | null;
  times: number;
  at: number;
  details: AlarmDetails;
};

/** One line about one subject: who, how often, when last, and what else is known. */
function lineOf({ subject, login, times, at, details }: AlarmLine): string {
  const who = subject === '' ? null : clean(login === null ? subject : `${login} (${subject})`);
  const more = Object.entries(details).map(([key, value]) => `${key} ${clean(String(value))}`);
  return `- ${[who, ...(times > 1 ? [`${times} times`] : []), `last on ${whenWords(at)}`, ...more].filter((part) => part !== null).join(', ')}`;
}

/** What an operator reads: every alarm with every subject. No link in it acts. */
export function alarmEmail(orgName: string, lines: readonly AlarmLine[]): { subject: string; body: string } {
  const names = [...new Set(lines.map(({ name }) => name))];
  const only = lines.length === 1 ? alarmTitles[lines[0]!.name] : null;
  return {
    subject: `${clean(orgName)}: ${only ?? `${lines.length} alarms`}`,
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
}
