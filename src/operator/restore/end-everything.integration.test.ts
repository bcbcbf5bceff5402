import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '#clock';
import { openTestStore } from '#testing/store.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { endEverything, readReplaced } from './end-everything.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const NOW = Date.UTC(2026, 10, 26);
let folder: string;
let store: Store;
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openTestStore(folder);
});
afterEach(async () => {
  await store.destroy();
});

test('recovery codes end; whoever was reset, and has added no method since, still needs one', async () => {
  const log = createAuditLog(
    store,
    createClock(() => NOW),
    readAuditKeys(makeAuditKey()),
  );
  const activated = (userId: string) =>
    log.event(
      { userId, address: '', agent: '', requestId: 'r' },
      { event: 'user.mfa.factor.activate', subject: userId },
      { outcome: 'success' },
    );
  await activated('00uBefore');
  const code = { code_mac: 'id.mac', sealed: 'id.text', session_id: 's', expires_at: NOW + 1 };
  for (const user_id of ['00uBefore', '00uSince', '00uOver'])
    await store
      .insertInto('recovery_codes')
      .values({ ...code, user_id, outcome: 1, ...(user_id === '00uOver' && { expires_at: NOW }) })
      .execute();
  await activated('00uSince');
  const open = { at: NOW, factor_id: null };
  await store
    .insertInto('open_intents')
    .values([
      { ...open, seq: 11, event: 'user.mfa.factor.reset_all', subject: '00uHalf' },
      { ...open, seq: 12, event: 'user.mfa.factor.enroll', subject: '00uOther' },
    ])
    .execute();
  const { codesNeeded } = await readReplaced(store);
  expect(codesNeeded.toSorted()).toEqual(['00uBefore', '00uHalf', '00uOver']);

  const before = { revocations: [], codesNeeded: ['00uOver', '00uLost'] };
  const { ended } = await store.transaction().execute((tx) => endEverything(tx, { now: NOW, end: 2 }, before));
  expect(ended.codes).toBe(2);
  const over = { code_mac: '', sealed: null, session_id: null, expires_at: NOW };
  const rows = await store.selectFrom('recovery_codes').selectAll().orderBy('user_id').execute();
  expect(rows).toMatchObject([
    { user_id: '00uBefore', outcome: 1, ...over },
    { user_id: '00uLost', outcome: 2, ...over },
    { user_id: '00uOver', outcome: 1, ...over },
    { user_id: '00uSince', outcome: 1, ...over },
  ]);
});

test('whoever held a lock before the restore no longer holds it, whoever has it now', async () => {
  await store
    .insertInto('locks')
    .values({ name: 'person ada', fence: 3, expires_at: NOW + 1 })
    .execute();
  const before = { revocations: [], codesNeeded: [] };
  await store.transaction().execute((tx) => endEverything(tx, { now: NOW, end: 0 }, before));
  const locks = await store.selectFrom('locks').select(['fence', 'expires_at']).execute();
  expect(locks).toEqual([{ fence: 4, expires_at: 0 }]);
});
