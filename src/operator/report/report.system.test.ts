import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createClock } from '#clock';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { startEmulator, type Emulator } from '#okta-emulator/start.ts';
import { groupIds } from '#okta-emulator/seed/seed.ts';
import { createPerson } from '#okta-emulator/testing/crowd.ts';
import { operatorProgram, runOperatorProgram } from '#testing/programs/operator-program.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { openTestStore, storeEnv } from '#testing/store.ts';
import { readReportFile } from './report-file.ts';
import { addPeopleOfKinds, expectedPerson } from '#testing/programs/crowd-of-kinds.ts';

const COUNT = 2000;
const REPORT = 'src/operator/report/report.ts';
const [dataDir, orgFolder] = [temporaryFolder(), temporaryFolder()];
let emulator: Emulator;
let env: Record<string, string>;
beforeAll(async () => {
  const clock = createClock();
  emulator = await startEmulator({ port: 0, dataDir: orgFolder, clock, rateLimit: 0, engine: 'oie' });
  await addPeopleOfKinds({ url: emulator.url, dataDir: orgFolder }, COUNT, [groupIds.everyone]);
  const store = await openTestStore(dataDir);
  await store.destroy();
  env = {
    ...(await storeEnv(dataDir)),
    ...{ OKTA_ORG_URL: emulator.url, OKTA_ISSUER: emulator.issuer, OKTA_API_TOKEN: emulator.apiToken },
    ...{ OKTA_CLIENT_ID: emulator.clientId, OKTA_CLIENT_SECRET: emulator.clientSecret, SMTP_URL: emulator.smtpUrl },
    ...{ SESSION_SECRET: 'k'.repeat(43), AUDIT_SIGNING_KEY: makeAuditKey(), SUPPORT_PHONE: '+1 555 0100' },
    DATA_DIR: dataDir,
  };
});
afterAll(() => emulator.close());

const auditRows = async () => {
  const store = await openTestStore(dataDir);
  const rows = await store.selectFrom('audit_log').selectAll().orderBy('seq').execute();
  await store.destroy();
  return rows.map(({ event, actor, outcome, reason }) => ({ event, actor, outcome, reason }));
};
const countLines = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0);

test('a report that was killed three times goes on, and has everybody once, as the emulator has them', async () => {
  const file = join(dataDir, 'people.jsonl');
  for (const lines of [300, 800, 1300]) {
    const child = spawn(process.execPath, [...operatorProgram(REPORT), 'methods', file, '--continue'], { env });
    const ended = once(child, 'exit');
    await vi.waitUntil(() => countLines(file) > lines || child.exitCode !== null, { timeout: 120_000, interval: 5 });
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect((await readReportFile(file)).end).toBeNull();
  }
  const csv = join(dataDir, 'people.csv');
  const words = ['methods', file, '--continue', '--csv', csv, '--summary'];
  const { code, out, err } = await runOperatorProgram(REPORT, words, env);
  expect([code, err]).toEqual([0, '']);
  const people = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => (line.includes('"type":"person"') ? [JSON.parse(line) as { id: string }] : []));
  const byId = new Map(people.map((one) => [one.id, one]));
  expect(byId.size).toBe(people.length);
  const active = Array.from({ length: COUNT }, (_, index) => index).filter(
    (index) => createPerson(index).status === 'ACTIVE',
  );
  for (const index of active) expect(byId.get(createPerson(index).id)).toMatchObject(expectedPerson(index));
  const others = emulator.people.length;
  expect(people.length).toBeLessThanOrEqual(active.length + others);
  expect(JSON.parse(out)).toMatchObject({ type: 'summary', org: emulator.url, unknownKinds: { palm_print: 267 } });
  expect(countLines(csv)).toBe(people.length + 2);
  expect([file, csv].map((one) => statSync(one).mode & 0o777)).toEqual([0o600, 0o600]);
  const rows = await auditRows();
  expect(rows.map(({ event, outcome }) => [event, outcome])).toEqual(Array(5).fill(['report.methods', 'success']));
  expect(rows[0]).toMatchObject({ actor: expect.stringMatching(/^operator:/), reason: 'begun: all ACTIVE people' });
  expect(rows[4]!.reason).toMatch(new RegExp(`^${people.length} people, 1[2-9]\\d\\d of them read before$`));
});

test('nobody is asked without a row in the audit log, and a run that fails says so there', async () => {
  const requests = async () =>
    ((await (await fetch(`${emulator.url}/simulator/api/requests`)).json()) as { path: string }[]).length;
  const before = await requests();
  const file = join(dataDir, 'none.jsonl');
  const without = await runOperatorProgram(REPORT, ['methods', file], { ...env, AUDIT_SIGNING_KEY: makeAuditKey() });
  expect([without.code, without.err]).toEqual([1, expect.stringMatching(/signed by no key of AUDIT_SIGNING_KEY/)]);
  expect([await requests(), existsSync(file)]).toEqual([before, false]);
  const weak = await runOperatorProgram(REPORT, ['methods', file], { ...env, OKTA_API_TOKEN: 'no-such-token-at-all' });
  expect(weak.code).toBe(1);
  expect((await auditRows()).at(-1)).toMatchObject({
    outcome: 'failure',
    reason: expect.stringMatching(/^not finished: /),
  });
});

test('an estimate reads nobody’s methods, and wrong words are refused', async () => {
  const { code, out } = await runOperatorProgram(REPORT, ['methods', '--estimate'], env);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(
      /^[\d,]+ people at [\d,]+ calls a minute: about [\d.]+ hours without roles, [\d.]+ with them/,
    ),
  ]);
  for (const [words, said] of [
    [[], 'which report?'],
    [['toString'], 'which report?'],
    [['methods'], 'into which file?'],
    [['methods', 'a', '--share', '0.6'], '--share is a part of each window, at most 0.5'],
    [['methods', join(dataDir, 'people.jsonl')], 'exists: name a new file, or go on with it by --continue'],
    [
      ['methods', join(dataDir, 'people.jsonl'), '--continue', '--without-roles'],
      'is of another org, or of other groups',
    ],
  ] as const) {
    const refused = await runOperatorProgram(REPORT, words, env);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(said)]);
  }
});
