import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { runCompare } from './compare.ts';
import type { PersonRecord } from './person-record.ts';
import type { Filter } from './people.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const all: Filter = { groups: [], attributes: [], roles: true };
const person = (login: string, kinds: string[], over: Partial<PersonRecord> = {}): Partial<PersonRecord> => ({
  ...{
    type: 'person',
    id: `00u${login}`,
    login,
    status: 'ACTIVE',
    kinds,
    usable: kinds.length,
    unfinished: [],
    fault: null,
  },
  ...{ unreadable: 0, unknownKinds: [], administrator: false, privilegedGroup: false, helpdesk: [] },
  phishingResistant: kinds.includes('webauthn') ? 'yes' : 'no',
  ...over,
});
function write(
  name: string,
  people: object[],
  { filter = all, org = 'https://a.okta.com', whole = true } = {},
): string {
  const file = join(folder, name);
  const header = { type: 'header', format: 'latchkey-methods/1', org, filter, startedAt: '2026-11-01T00:00:00.000Z' };
  const end = { type: 'end', people: people.length, unlisted: 0, endedAt: `${name} ended` };
  const records = [header, ...people, ...(whole ? [end] : [])];
  writeFileSync(file, records.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return file;
}

const before = [
  person('ada', ['sms']),
  person('grace', ['webauthn', 'sms']),
  person('hedy', ['totp'], { helpdesk: ['agent'] }),
  person('joan', ['sms'], { fault: 'gone', usable: null, phishingResistant: null }),
  person('left', ['sms']),
];
const after = [
  person('ada', ['webauthn', 'sms']),
  person('grace', ['sms']),
  person('hedy', [], { helpdesk: ['agent'] }),
  person('joan', ['webauthn']),
  person('came', ['totp']),
];

test('two reports are compared person by person, and who came or left apart', async () => {
  const [old, now] = [write('old', before), write('new', after)];
  const lines = (await runCompare([old, now])).split('\n');
  expect(lines[0]).toBe('Methods at https://a.okta.com, all ACTIVE people: old ended and new ended.');
  const columns = lines.slice(1, 11).map((line) =>
    line
      .trim()
      .split(/\s{2,}|\s(?=[+-]?\d)/)
      .slice(0, 4),
  );
  expect(columns).toContainEqual(['4', '5', '+1', 'ACTIVE people whose methods were read']);
  expect(columns).toContainEqual(['0', '1', '+1', 'no method that they can use']);
  expect(columns).toContainEqual(['3', '3', '0', 'nothing that resists phishing']);
  const index = lines.indexOf('People in both whose methods were read both times: 3');
  expect(lines.slice(index + 1)).toEqual([
    'kinds gained: webauthn 1; lost: webauthn 1, totp 1',
    'lost what resists phishing: 1',
    '  grace: sms',
    'lost their last method: 1',
    '  hedy (agent): no method',
    'gained something that resists phishing: 1',
    '  ada: webauthn, sms',
    'only in the new report: 1',
    '  came: totp',
    'only in the old report: 1',
    '  left: sms',
  ]);
});

test('only complete reports of the same org, groups and roles are compared', async () => {
  const old = write('old', before);
  const compare = (...others: string[]) => runCompare([old, ...others]);
  await expect(compare()).rejects.toThrow('which two?');
  await expect(compare(write('half', after, { whole: false }))).rejects.toThrow(/half is incomplete: go on with it by/);
  await expect(compare(write('roles', after, { filter: { ...all, roles: false } }))).rejects.toThrow('or roles');
  await expect(compare(write('groups', after, { filter: { ...all, groups: ['00g1'] } }))).rejects.toThrow(
    'other groups',
  );
  await expect(compare(write('org', after, { org: 'https://b.okta.com' }))).rejects.toThrow('another org');
  expect(await compare(write('more', after, { filter: { ...all, attributes: ['title'] } }))).toContain(
    'only in the new',
  );
});
