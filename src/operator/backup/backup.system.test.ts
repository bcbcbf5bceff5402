import { copyFileSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, test } from 'vitest';
import { openSqlite } from '#database/open.ts';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { testEnv } from '#testing/test-env.ts';
import { createCheckpoint } from '#bff/records/audit-log/checkpoint.ts';
import { keptAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys, type AuditKeys } from '#bff/records/audit-log/keys.ts';
import { plantRow } from '#testing/store-contents.ts';
import { migrations } from '#bff/platform/store/create-tables.ts';
import { openStore, type Store } from '#bff/platform/store/open.ts';
import {
  checkRestored,
  goOnAfterBackup,
  readRows,
  startBackupFixture,
  type BackupFixture,
} from './testing/backup-fixture.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const env = await testEnv();
let folder: string;
let backup: string;
let keys: AuditKeys;
beforeEach(() => {
  folder = temporaryFolder();
  backup = join(folder, 'backup.sqlite');
  keys = readAuditKeys(keptAuditKey(folder));
});

const run = (command: string, words: string[] = [], dataDir = folder) =>
  runOperatorProgram(`src/operator/${command}.ts`, words, { DATA_DIR: dataDir });
const verify = async (checkpoint: string, where: Record<string, string> = { DATA_DIR: folder }) =>
  (await runOperatorProgram('src/operator/audit-verify/verify.ts', ['--checkpoint', checkpoint], where)).out;
const checkpointIn = (text: string) => text.split('\n').find((line) => line.startsWith('{"auditHead"'))!;

async function backedUp(): Promise<{ fixture: BackupFixture; checkpoint: string }> {
  const fixture = await startBackupFixture(env, await openStore({ dataDir: folder }), keys);
  const stop = fixture.load();
  const { code, out, err } = await run('backup/backup', [backup]);
  await stop();
  expect([code, err]).toEqual([0, '']);
  return { fixture, checkpoint: checkpointIn(out) };
}

test('[D4] a file that was backed up under load replaces the store: all is ended, freezes stay, the log holds', async () => {
  const { fixture, checkpoint } = await backedUp();
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  const { grace, katherine } = await goOnAfterBackup(fixture);
  const { attackSigns } = fixture.portal.app.services.helpdeskServices;
  await fixture.store
    .transaction()
    .execute((tx) => attackSigns.record(tx, grace, 'push_denied', { id: 'h', name: 'Hedy' }));
  const before = await withoutRequest(fixture.store);
  const head = await fixture.portal.app.services.auditLog.head();
  const { seq } = head;
  expect(await run('restore/restore', [backup])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/a portal runs on/),
  });
  await fixture.portal.close();
  await fixture.store.destroy();

  const { code, out } = await run('restore/restore', [backup]);
  expect([code, out]).toEqual([0, expect.stringContaining(`These people are frozen again: ${grace}, ${katherine}.`)]);
  expect(out).toMatch(/^Ended: 1 sessions, 1 requests .*, 1 verifications of callers, 1 recovery codes, \d+ links/m);
  expect(await verify(checkpoint)).toMatch(/^The audit log holds: .* 1 checkpoint agrees\.$/m);
  expect(await run('audit-verify/verify', ['--checkpoint', JSON.stringify(createCheckpoint(head))])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/does not hold, since a backup was restored\. Row \d+, .* are lost\./),
  });
  const store = await openStore({ dataDir: folder });
  const portal = await checkRestored(env, store, { ...fixture, auditKeys: keys });
  const [row] = await readRows(store, 'store.restored');
  expect(row).toEqual({
    actor: expect.stringMatching(/^operator:./),
    subject: null,
    reason: expect.stringMatching(
      new RegExp(`^the backup ends at row \\d+ \\(.{43}\\); what it replaces ended at row ${seq} \\(.{43}\\)$`),
    ),
  });
  const { auditHead } = JSON.parse(checkpoint) as { auditHead: { seq: number; hash: string } };
  expect(row!.reason).toContain(`row ${auditHead.seq} (${auditHead.hash})`);
  expect((await readRows(store, 'user.account.freeze')).map(({ subject }) => subject)).toEqual([grace, katherine]);
  // Freezes keep their times, and signs of attack are restored. So an unfreeze still needs an approver.
  expect(await withoutRequest(store)).toEqual(before);

  // Each deleted email has a row in the log.
  const notTold = (await readRows(store, 'helpdesk.notification')).filter(({ reason }) =>
    reason?.startsWith('not told:'),
  );
  expect(notTold.length).toBeGreaterThan(0);
  expect(out).toContain(`Deleted: ${notTold.length} emails that were not sent at the backup`);
  expect(notTold.every(({ actor, subject }) => actor?.startsWith('operator:') && subject !== null)).toBe(true);
  await portal.close();
  await store.destroy();
  const [kept] = readdirSync(folder).filter((name) => name.startsWith('portal.sqlite.replaced-'));
  expect(statSync(join(folder, kept!)).mode & 0o777).toBe(0o600);
});

test('[D4] a backup is restored elsewhere, where nobody knows who is frozen', async () => {
  const { fixture } = await backedUp();
  const { katherine } = await goOnAfterBackup(fixture);
  await fixture.portal.close();
  await fixture.store.destroy();
  const elsewhere = temporaryFolder();
  copyFileSync(join(folder, 'audit-signing-key'), join(elsewhere, 'audit-signing-key'));
  writeFileSync(join(elsewhere, 'portal.sqlite'), 'a disk that broke');
  const { code, out } = await run('restore/restore', [backup, '--freeze', katherine], elsewhere);
  expect([code, out]).toEqual([0, expect.stringContaining(`These people are frozen again: ${katherine}.`)]);
  expect(out).toMatch(/What was replaced could not be read \(.+\)\. .* look for user\.account\.freeze/);
  const store = await openStore({ dataDir: elsewhere });
  const portal = await checkRestored(env, store, { ...fixture, auditKeys: keys, codesNeeded: ['u'] });
  expect((await readRows(store, 'store.restored'))[0]!.reason).toMatch(/; what it replaces could not be read$/);
  const unsent = store.selectFrom('outbox').select('id').where('sent_at', 'is', null).where('body', '!=', '');
  expect(await unsent.execute()).toEqual([]);
  await portal.close();
  await store.destroy();
});

test('refuses what is no backup, and then changes nothing', async () => {
  const { fixture } = await backedUp();
  const other = join(folder, 'other.sqlite');
  expect(await run('backup/backup', [backup])).toMatchObject({ code: 1, err: expect.stringMatching(/exists already/) });
  expect(await run('backup/backup')).toMatchObject({ code: 1, err: expect.stringMatching(/into which file/) });
  expect((await run('backup/backup', [join(folder, 'none', 'x')])).code).toBe(1);
  await fixture.portal.close();
  await fixture.store.destroy();
  const before = await contents();
  copyFileSync(backup, other);
  const damaged = await openStoreFile(other);
  await damaged.updateTable('audit_log').set({ reason: 'nothing' }).where('seq', '=', 1).execute();
  await damaged.destroy();
  writeFileSync(join(folder, 'text'), 'no database');
  expect(await run('restore/restore', [backup, '--freeze', 'nobody@example.com'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Nothing was restored: nobody is known as nobody@example\.com here/),
  });
  const [watching, blank] = [join(folder, 'watching.sqlite'), join(folder, 'blank.sqlite')];
  copyFileSync(backup, watching);
  const watcher = new DatabaseSync(watching);
  watcher.exec('CREATE TRIGGER helper AFTER INSERT ON sessions BEGIN DELETE FROM freezes; END');
  watcher.close();
  await (await openSqlite({ file: blank, migrations })).destroy();
  for (const [name, fault] of [
    ['other.sqlite', /its audit log does not hold: row 1 was edited/],
    ['watching.sqlite', /is damaged: it has a trigger \(helper\)/],
    ['blank.sqlite', /its audit log is empty/],
    ['text', /not a database/],
    ['missing', /does not exist/],
  ] as const)
    expect(await run('restore/restore', [join(folder, name)])).toMatchObject({
      code: 1,
      err: expect.stringMatching(fault),
    });
  expect(await contents()).toEqual(before);
  expect(readdirSync(folder).filter((name) => name.includes('restoring'))).toEqual([]);
});

/** Without `requested_at`, which the restore changes. */
async function withoutRequest(store: Store) {
  const freezes = await store.selectFrom('freezes').select(['user_id', 'at', 'reported']).orderBy('user_id').execute();
  const attackSigns = store.selectFrom('attack_signs').select(['user_id', 'kind', 'agent_id', 'ends_at']).orderBy('id');
  return { freezes, attackSigns: await attackSigns.execute() };
}

async function contents() {
  const store = await openStore({ dataDir: folder }, { existing: 'read' });
  const rows = ['audit_log_head', 'sessions', 'outbox', 'approvals'] as const;
  const found = await Promise.all(rows.map((table) => store.selectFrom(table).selectAll().execute()));
  await store.destroy();
  return found;
}

/** Opens a copy of the file, because `openStore` only opens `portal.sqlite`. Closing copies the file back. */
async function openStoreFile(path: string): Promise<Store> {
  const place = mkdtempSync(join(folder, 'opened-'));
  copyFileSync(path, join(place, 'portal.sqlite'));
  const store = await openStore({ dataDir: place });
  const destroy = store.destroy.bind(store);
  return Object.assign(store, {
    async destroy() {
      await destroy();
      copyFileSync(join(place, 'portal.sqlite'), path);
    },
  });
}

test('a backup deletes what a killed one left, but not what another one is writing', async () => {
  const { fixture } = await backedUp();
  const [next, partial] = [join(folder, 'next.sqlite'), join(folder, 'next.sqlite.partial')];
  const other = new DatabaseSync(partial);
  other.exec('BEGIN IMMEDIATE; CREATE TABLE t (c)');
  expect(await run('backup/backup', [next])).toMatchObject({ code: 1, err: expect.stringMatching(/another backup/) });
  other.close();
  writeFileSync(partial, 'half a fi');
  expect((await run('backup/backup', [next])).code).toBe(0);
  expect(readdirSync(folder).filter((name) => name.startsWith('next'))).toEqual(['next.sqlite']);
  await fixture.portal.close();
  await fixture.store.destroy();
});

test('refuses a store whose log has rows that no portal wrote, and names the first', async () => {
  const { fixture } = await backedUp();
  await plantRow(fixture.store, -1);
  const other = join(folder, 'other.sqlite');
  expect(await run('backup/backup', [other])).toMatchObject({
    code: 1,
    err: 'There is no backup: the audit log does not hold: row -1 is outside the signed rows: no portal wrote it, or the head was set back\n',
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('other'))).toEqual([]);
  await fixture.portal.close();
  await fixture.store.destroy();
});

test('for PostgreSQL it says how to call pg_dump, without the password', async () => {
  const url = 'postgres://portal:secret-word@db.example.com/latchkey';
  const { code, err } = await runOperatorProgram('src/operator/backup/backup.ts', ['x.dump'], {
    DATA_DIR: folder,
    DATABASE_URL: url,
  });
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('pg_dump --format=custom --file=x.dump "postgres://portal@db.example.com:5432/latchkey"'),
  ]);
  expect(err).not.toContain('secret-word');
});
