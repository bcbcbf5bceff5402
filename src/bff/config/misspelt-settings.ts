import { removedSettings } from './removed-settings.ts';

const ofOthers = [
  /_SERVICE_HOST$/,
  /_SERVICE_PORT(?:_\w+)?$/,
  /_PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?$/,
  /^OKTA_CLIENT_(?:ORGURL|TOKEN)$/,
];
const isLink = (name: string, value: string) => name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value);

/** Only Latchkey's settings have these prefixes. */
const OURS = /^(?:HELPDESK|AUDIT|METRICS|ALARM|EMULATOR)_/;
/** Shorter names are not compared, because a similar variable may be another program's. */
const LEAST_LETTERS = 8;

const emulators = ['EMULATOR_MESSAGE_WAIT', 'EMULATOR_SMTP_PORT'];

function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j += 1)
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + Number(letter !== other[j])));
    row = next;
  }
  return row.at(-1)!;
}

/** A misspelt setting must not be ignored silently. Returns one fault for each. */
export function misspeltSettings(env: Record<string, string | undefined>, known: readonly string[]): string[] {
  const names = new Set([...known, ...emulators]);
  return Object.entries(env).flatMap(([name, value = '']) => {
    if (names.has(name) || value === '') return [];
    const replacement = removedSettings.get(name);
    if (replacement !== undefined) return [`${name} ${replacement}`];
    if (ofOthers.some((pattern) => pattern.test(name)) || isLink(name, value)) return [];
    const [nearest] = [...names]
      .map((setting) => ({ setting, edits: editsBetween(name, setting) }))
      .toSorted((a, b) => a.edits - b.edits);
    const isNear = nearest!.edits === 1 && nearest!.setting.length >= LEAST_LETTERS;
    return isNear || OURS.test(name) ? [`${name} is no setting: did you mean ${nearest!.setting}?`] : [];
  });
}
