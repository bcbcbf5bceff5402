import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '#clock';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { openTestStore, storeEnv, testDatabase } from '#testing/store.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { createAuditLog, type AuditLog } from '#bff/records/audit-log/audit-log.ts';
import { keptAuditKey, keptKeyFile, makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

let folder: string;
let store: Store;
let auditLog: AuditLog;
let publicKey: string;
const actor = { userId: '00u1', address: '192.0.2.7', agent: 'a browser', requestId: 'r1' };
const view = (n: number) =>
  auditLog.event(actor, { event: 'helpdesk.person.view', subject: '00u2', ticket: `INC-${n}` }, { outcome: 'success' });
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openTestStore(folder);
  const keys = readAuditKeys(keptAuditKey(folder));
  auditLog = createAuditLog(
    store,
    createClock(() => 1_000_000),
    keys,
  );
  publicKey = join(folder, 'public.pem');
  writeFileSync(publicKey, keys[0]!.publicKey.export({ type: 'spki', format: 'pem' }));
  for (let n = 0; n < 9; n += 1) await view(n);
});
afterEach(async () => {
  await store.destroy();
});

async function verify(args: string[] = [], settings: Record<string, string> = {}): Promise<[number, string]> {
  const env = { DATA_DIR: folder, ...(await storeEnv(folder)), ...settings };
  const { code, out, err } = await runOperatorProgram('src/operator/audit-verify/verify.ts', args, env);
  return [code, `${out}${err}`.trim()];
}
const holds = /^The audit log holds: 9 rows, signed by [\w-]{16}\.$/;

test('[L4] an unchanged log is valid by the demo’s key, by a setting, and by the public key alone', async () => {
  expect(await verify()).toEqual([0, expect.stringMatching(holds)]);
  expect(await verify(['--key', publicKey])).toEqual([0, expect.stringMatching(holds)]);
  expect(await verify([], { AUDIT_SIGNING_KEY: `@${keptKeyFile(folder)}` })).toEqual([0, expect.stringMatching(holds)]);
});

test('[L4] a log that another key signed is invalid, and without a key none is called valid', async () => {
  const other = join(folder, 'other.pem');
  writeFileSync(other, makeAuditKey());
  expect(await verify(['--key', other])).toEqual([
    1,
    'The audit log does not hold: its head, row 9, is signed by none of the keys.',
  ]);
  rmSync(keptKeyFile(folder));
  expect(await verify()).toEqual([
    1,
    'there is no key to verify the head with: set AUDIT_SIGNING_KEY, or give the public key as --key FILE',
  ]);
});

test('[L4] a checkpoint from a log line or an export shows that the log was cut back to a signed head', async () => {
  const early = await auditLog.head();
  await view(10);
  const late = await auditLog.head();
  const line = (auditHead: unknown) =>
    `2026-01-01 {"level":30,"auditHead":${JSON.stringify(auditHead)},"msg":"x"}`.slice(11);
  const file = join(folder, 'audit.jsonl');
  writeFileSync(file, `{"seq":10,"reason":null}\n${JSON.stringify({ auditHead: late })}\n`);
  expect((await verify(['--checkpoint', line(early), '--checkpoint', `@${file}`]))[1]).toMatch(
    /^The audit log holds: 10 rows, .*, and 2 checkpoints agree\.$/,
  );
  await store.deleteFrom('audit_log').where('seq', '>', 9).execute();
  await store
    .updateTable('audit_log_head')
    .set({ ...early, signatures: JSON.stringify(early.signatures) })
    .execute();
  expect((await verify())[0]).toBe(0);
  const cut = [
    1,
    'The audit log does not hold: it ends before row 10, which a signed head covers: the end was not copied, an older state was put back, or rows were deleted.',
  ];
  expect(await verify(['--key', publicKey, '--checkpoint', line(late)])).toEqual(cut);
  expect(await verify(['--checkpoint', `@${file}`])).toEqual(cut);
  expect(await verify(['--checkpoint', 'nothing of the kind'])).toEqual([
    1,
    'there is no signed head in that checkpoint',
  ]);
});

test.each([
  [
    'an edit',
    sql`UPDATE audit_log SET subject = '00u3' WHERE seq = 4`,
    'The audit log does not hold: row 4 was edited.',
  ],
  [
    'a deletion',
    sql`DELETE FROM audit_log WHERE seq = 5`,
    'The audit log does not hold: rows before row 6 are missing, or it was slipped in.',
  ],
  [
    'a truncation',
    sql`DELETE FROM audit_log WHERE seq > 6`,
    'The audit log does not hold: it ends before row 7, which a signed head covers: the end was not copied, an older state was put back, or rows were deleted.',
  ],
])('[L4] %s is reported with its row', async (_what, tamper, said) => {
  await tamper.execute(store);
  expect(await verify()).toEqual([1, said]);
});

test('[L4] swapped rows are reported with their place', async () => {
  await sql`UPDATE audit_log SET seq = 20 + seq WHERE seq IN (3, 7)`.execute(store);
  await sql`UPDATE audit_log SET seq = 30 - seq WHERE seq IN (23, 27)`.execute(store);
  expect(await verify()).toEqual([1, 'The audit log does not hold: row 3 stands where another was written.']);
});

test('[L4] a missing store is reported as such, and not created', async () => {
  const nowhere = join(folder, 'nowhere');
  for (let times = 0; times < 2; times += 1)
    expect(await verify([], { DATA_DIR: nowhere, DATABASE_URL: '' })).toEqual([
      1,
      `there is no portal's store in ${nowhere}: set DATA_DIR or DATABASE_URL`,
    ]);
});

test('[L4] a store of another schema is rejected in one line, and not migrated', async () => {
  const migrations = store as unknown as Kysely<{ kysely_migration: { name: string; timestamp: string } }>;
  const later = { name: '9999_later', timestamp: '' };
  await migrations.insertInto('kysely_migration').values(later).execute();
  expect(await verify()).toEqual([1, expect.stringMatching(/^.* was written by a newer version .*$/)]);
  await migrations.deleteFrom('kysely_migration').where('name', '=', later.name).execute();
  if (testDatabase !== 'sqlite') return;
  await sql`PRAGMA user_version = 5`.execute(store);
  const file = join(folder, 'portal.sqlite');
  expect(await verify()).toEqual([1, expect.stringMatching(`^${file} was written by an older version .*$`)]);
});
