import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import type { PersonRecord } from './person-record.ts';
import { openReportFile, readReportFile, type Header } from './report-file.ts';

const header: Header = {
  ...{ type: 'header', format: 'latchkey-methods/1', version: '1', org: 'https://example.okta.com', engine: 'idx' },
  ...{ filter: { groups: [], attributes: [], roles: true }, startedAt: '2026-01-01T00:00:00.000Z' },
};
const person = (id: string) => ({ type: 'person', id }) as PersonRecord;
const [first, second] = [header, person('00u1')].map((record) => `${JSON.stringify(record)}\n`);
let file: string;
beforeEach(() => {
  file = join(temporaryFolder(), 'people.jsonl');
});

test('half a line is dropped, and what was read stays', async () => {
  writeFileSync(file, `${first}${second}{"type":"person","id":"00u2","na`);
  expect((await readReportFile(file)).end).toBeNull();
  const { people, end, write, close } = await openReportFile(file, { ...header, startedAt: 'later' }, true);
  expect([[...people.keys()], end]).toEqual([['00u1'], null]);
  write(person('00u2'));
  close();
  expect(readFileSync(file, 'utf8')).toBe(`${first}${second}${JSON.stringify(person('00u2'))}\n`);
});

test('a whole line without its end gets it', async () => {
  writeFileSync(file, `${first}${second}`.trimEnd());
  const { people, write, close } = await openReportFile(file, header, true);
  expect([...people.keys()]).toEqual(['00u1']);
  write(person('00u2'));
  close();
  expect([...(await readReportFile(file)).people.keys()]).toEqual(['00u1', '00u2']);
});

test.each([
  ['a text', 'my notes'],
  ['another JSON', '{"type":"person","id":"00u1"}\n'],
  ['a line in the middle', `${first}{"type":\n${second}`],
])('a file with %s is refused, and not changed', async (_what, text) => {
  writeFileSync(file, text);
  await expect(openReportFile(file, header, true)).rejects.toThrow(/is no report of methods|is damaged/);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a file is not written over, and not mixed with that of other people', async () => {
  writeFileSync(file, first!);
  await expect(openReportFile(file, header, false)).rejects.toThrow('exists: name a new file');
  const filter = { ...header.filter, groups: ['00g1'] };
  await expect(openReportFile(file, { ...header, filter }, true)).rejects.toThrow('of other groups');
  await expect(openReportFile(file, { ...header, org: 'https://other.okta.com' }, true)).rejects.toThrow('another org');
});
