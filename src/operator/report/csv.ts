import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import type { PersonRecord } from './person-record.ts';

/**
 * A cell of RFC 4180, always quoted. A text that a spreadsheet would read as a formula gets a leading apostrophe
 * (OWASP, CSV injection). So do texts with full-width signs, which some programs accept.
 */
export function csvCell(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
  const defused = typeof value !== 'number' && /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/u.test(text) ? `'${text}` : text;
  return `"${defused.replaceAll('"', '""')}"`;
}

const csvLine = (values: readonly unknown[]) => `${values.map(csvCell).join(',')}\r\n`;
const columns = [
  ...['login', 'name', 'email', 'department', 'status', 'administrator', 'privilegedGroup', 'helpdesk'],
  ...['phishingResistant', 'usable', 'strongest', 'strength', 'kinds', 'unknownKinds', 'unfinished', 'unreadable'],
  ...['oldest', 'newest', 'readAt', 'fault', 'id'],
] as (keyof PersonRecord)[];

/** Only its owner can read the file. Excel needs the byte order mark to show names correctly. */
export function writeCsv(file: string, people: Iterable<PersonRecord>, attributes: readonly string[]): void {
  const descriptor = openSync(file, 'w', 0o600);
  fchmodSync(descriptor, 0o600);
  writeSync(descriptor, `\uFEFF${csvLine([...columns, ...attributes])}`);
  for (const person of people) {
    const values = columns.map((name) => (Array.isArray(person[name]) ? person[name].join(' ') : person[name]));
    writeSync(descriptor, csvLine([...values, ...attributes.map((name) => person.attributes[name])]));
  }
  closeSync(descriptor);
}
