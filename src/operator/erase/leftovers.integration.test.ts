import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '#clock';
import { databaseNameOf } from '#database/portable-sql.ts';
import { openTestStore } from '#testing/store.ts';
import { createLock } from '#bff/platform/store/lock.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { createArchive } from '#bff/records/audit-log/archive/archive.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { verifyArchive } from '../audit-verify/verify-archive.ts';
import { erasePerson } from './erase-person.ts';
import { dropDeletedBytes } from './forget-person.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const DAY_S = 24 * 3600;
const keys = readAuditKeys(makeAuditKey());
const ada = { userId: '00uAda', address: '198.51.100.7', agent: 'Ada’s browser', requestId: 'r1' };

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openTestStore(folder);
});
afterEach(async () => {
  await store.destroy();
});

test('what a run left that was killed is no place where values of an erased person stay', async () => {
  const archived = join(folder, 'archive');
  const clock = createClock(() => Date.UTC(2025, 0, 1));
  const auditLog = createAuditLog(store, clock, keys);
  for (let rows = 0; rows < 3; rows += 1)
    await auditLog.event(ada, { event: 'user.session.start', subject: '00uAda' }, { outcome: 'success' });
  clock.advance(500 * DAY_S);
  await store.updateTable('alarm_cursor').set({ seq: 3 }).execute();
  await store.insertInto('known_names').values({ user_id: '00uAda', login: 'ada@example.com', name: 'Ada' }).execute();
  const lock = createLock(store, clock, async () => {});
  const settings = { folder: archived, retentionMs: 400 * DAY_S * 1000 };
  await createArchive({ store, clock, lock, auditLog, settings, hasSink: false }).run();
  const [file] = readdirSync(archived);
  const bytes = readFileSync(join(archived, file!));
  const actor = { userId: 'operator:root', address: '', agent: 'npm run erase', requestId: 'r2' };
  const erase = () => erasePerson('00uAda', { store, clock, lock, keys, actor, ticket: null, folder: archived });
  // Without a head in the store nobody knows which rows such a file has: it may be the only one that has them.
  const unnamed = join(archived, 'audit-000000000001-000000000005.jsonl.gz');
  writeFileSync(unnamed, bytes);
  writeFileSync(join(archived, 'audit-notes.txt'), 'of the operator');

  await expect(erase()).rejects.toThrow(`no segment names ${unnamed}`);
  expect((await store.selectFrom('known_names').select('user_id').execute()).length).toBe(1);
  const [erased] = readdirSync(archived).filter((name) => name.includes('.1.'));
  // Of a run that was killed before it deleted the file before, and of one that was killed while it wrote.
  writeFileSync(join(archived, file!), bytes);
  writeFileSync(join(archived, `.${randomUUID()}.tmp`), bytes.subarray(0, 100));
  rmSync(unnamed);
  expect(await erase()).toEqual({ rows: 0, archived: 0 });
  expect(readdirSync(archived).toSorted()).toEqual([erased, 'audit-notes.txt']);
  expect((await verifyArchive(store, archived, { keys })).rows).toBe(2);
  expect(await store.selectFrom('known_names').select('user_id').execute()).toEqual([]);
});

test('bytes of what was deleted are not called gone while another program reads the file', async () => {
  if (databaseNameOf(store) === 'postgres') return;
  await store.insertInto('org_facts').values({ name: 'x', value: 'her phone fell into the sea' }).execute();
  const file = join(folder, 'portal.sqlite');
  const isThere = () => readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes('into the sea'));
  const reader = new DatabaseSync(file);
  reader.exec('PRAGMA wal_checkpoint(TRUNCATE); BEGIN; SELECT * FROM org_facts');
  await store.deleteFrom('org_facts').where('name', '=', 'x').execute();
  await expect(dropDeletedBytes(store, 50)).rejects.toThrow('another program reads it');
  expect(isThere()).toBe(true);
  reader.close();
  await dropDeletedBytes(store);
  expect(isThere()).toBe(false);
});
