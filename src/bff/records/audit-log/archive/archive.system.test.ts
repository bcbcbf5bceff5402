import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClock, type Clock } from '#clock';
import { operatorProgram } from '#testing/programs/operator-program.ts';
import { openTestStore, placeOf, storeEnv } from '#testing/store.ts';
import { plantRow, refuseWrites } from '#testing/store-contents.ts';
import { createLock } from '../../../platform/store/lock.ts';
import type { Store } from '../../../platform/store/open.ts';
import { createAuditLog } from '../audit-log.ts';
import { checkpointOf } from '../checkpoint.ts';
import { readHead, rowOutside } from '../head.ts';
import { makeAuditKey } from '../kept-key.ts';
import { readAuditKeys, signHead } from '../keys.ts';
import type { LogEvent } from '../log-event.ts';
import { createLogScan } from '../log-scan.ts';
import { fillLog, somebody } from '../testing/fill.ts';
import { verifyArchive } from '#operator/audit-verify/verify-archive.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { createArchive } from './archive.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const DAY_MS = 24 * 60 * 60_000;
/** The rows of a year. */
const ROWS = Number(process.env['SOAK_ARCHIVED_ROWS'] ?? 2000);
/** The end of that year. */
const END = Date.UTC(2026, 0, 1);
const root = join(import.meta.dirname, '../../../../..');

const pem = makeAuditKey();
const keys = readAuditKeys(pem);
let folder: string;
let archived: string;
let store: Store;
let clock: Clock;
beforeEach(async () => {
  folder = temporaryFolder();
  archived = join(folder, 'archive');
  await fillLog(await placeOf(folder), keys, ROWS, END);
  store = await openTestStore(folder);
  clock = createClock(() => END);
});
afterEach(async () => {
  await store.destroy();
});

const archive = (options: { hasSink?: boolean; segmentRows?: number; days?: number } = {}) =>
  createArchive({
    ...{ store, clock },
    lock: createLock(store, clock, async () => {}),
    auditLog: createAuditLog(store, clock, keys),
    settings: { folder: archived, retentionMs: (options.days ?? 400) * DAY_MS },
    hasSink: options.hasSink ?? false,
    segmentRows: options.segmentRows ?? Math.ceil(ROWS / 4),
  });
/** Runs until nothing is left to do: one run takes some seconds at most. Returns the number of rows. */
async function archiveAll(): Promise<number> {
  let all = 0;
  for (let pruned = -1; pruned !== 0; all += pruned) pruned = (await archive().run()) ?? 0;
  return all;
}
const seqs = async () =>
  (await store.selectFrom('audit_log').select('seq').orderBy('seq').execute()).map(({ seq }) => seq);
const files = () => readdirSync(archived).sort();
const eventsOf = (file: string) =>
  gunzipSync(readFileSync(join(archived, file)))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogEvent);
const verifyBoth = async () => [
  (await verifyAuditLog(store, { keys }))?.fault ?? null,
  (await verifyArchive(store, archived, { keys })).tampered?.fault ?? null,
];

test('rows older than 400 days go to files, whose heads the log keeps: both verify, with checkpoints', async () => {
  const early = await readHead(store);
  expect(await archive().run()).toBe(0);
  clock.advance(200 * 24 * 3600);
  const before = await store.selectFrom('audit_log').select(['seq', 'at']).orderBy('seq').execute();
  const names = ['00uUnnamed', somebody].map((user_id) => ({ user_id, login: user_id, name: 'A B' }));
  await store.insertInto('known_names').values(names).execute();
  const old = before.filter(({ at }) => at <= clock.now() - 400 * DAY_MS).map(({ seq }) => seq);
  expect([old.length > ROWS / 3, old.length < ROWS / 2]).toEqual([true, true]);
  expect(await archiveAll()).toBe(old.length);
  expect((await seqs())[0]).toBe(old.length + 1);

  // Names go with the last row that names them.
  expect(await store.selectFrom('known_names').select('user_id').execute()).toEqual([{ user_id: somebody }]);

  const events = files().flatMap(eventsOf);
  expect(events.map(({ debugContext }) => debugContext.debugData.sequence)).toEqual(old);
  expect(events[0]!.published.slice(0, 4)).toBe('2025');
  expect(files()[0]).toBe(`audit-000000000001-${String(Math.ceil(ROWS / 4)).padStart(12, '0')}.jsonl.gz`);
  expect(await verifyBoth()).toEqual([null, null]);
  expect(await verifyArchive(store, archived, { keys, checkpoints: [early] })).toMatchObject({ rows: old.length });
  expect(await verifyAuditLog(store, { keys, checkpoints: [early] })).toBeNull();

  const noted = await store.selectFrom('audit_log').select(['event', 'reason']).where('seq', '>', ROWS).execute();
  expect(noted).toHaveLength(files().length);
  expect(noted[0]).toEqual({
    event: 'audit_log.archive',
    reason: expect.stringMatching(/^rows 1 to \d+, sha256 [\da-f]{64}$/),
  });
  expect(await archive().run()).toBe(0);

  // Half a year later the rest goes, too, but the last rows; and the log goes on.
  clock.advance(300 * 24 * 3600);
  expect(await archiveAll()).toBeGreaterThan(ROWS / 2);
  expect(await verifyBoth()).toEqual([null, null]);
  const pieces = createLogScan(store).rows({}, { first: 1, last: ROWS * 2 }, 'asc', { left: 5000, unread: 0 });
  expect((await pieces.next()).value?.[0]?.seq).toBe((await seqs())[0]);
});

test('nothing goes that a sink, an alarm or an open intent still needs', async () => {
  clock.advance(500 * 24 * 3600);
  const left = async () => {
    await archive({ hasSink: true }).run();
    return (await seqs())[0]! - 1;
  };
  expect(await left()).toBe(0);
  const late = { seq: 150, at: END, event: 'user.mfa.factor.enroll', subject: null, factor_id: null } as const;
  await store.insertInto('open_intents').values(late).execute();
  await store.updateTable('audit_sink_cursor').set({ seq: 100 }).execute();
  expect(await left()).toBe(100);
  await store.updateTable('audit_sink_cursor').set({ seq: ROWS }).execute();
  expect(await left()).toBe(149);
  await store.deleteFrom('open_intents').execute();
  await store.updateTable('alarm_cursor').set({ seq: 400 }).execute();
  expect(await left()).toBe(400);
  expect(await verifyBoth()).toEqual([null, null]);
});

test('an end between file, head and deletion leaves a log that verifies, and the next run does the rest', async () => {
  clock.advance(200 * 24 * 3600);
  const accept = await refuseWrites(store, { table: 'audit_log_segments', on: 'INSERT' });
  await expect(archive().run()).rejects.toThrow(/disk full/);
  await accept();
  expect([files().length, (await seqs()).length, ...(await verifyBoth())]).toEqual([1, ROWS, null, null]);

  const prune = await refuseWrites(store, { table: 'audit_log', on: 'DELETE', when: 'OLD.seq > 220' });
  await expect(archive().run()).rejects.toThrow(/disk full/);
  await prune();
  expect([(await seqs())[0], ...(await verifyBoth())]).toEqual([201, null, null]);

  // What is half pruned goes only if the file is still what was written.
  const [file] = files();
  const bytes = readFileSync(join(archived, file!));
  writeFileSync(join(archived, file!), 'something else');
  await expect(archive().run()).rejects.toThrow(/is not as it was written/);
  expect([(await seqs())[0], ...(await verifyBoth())]).toEqual([201, null, 'lost_segment']);
  writeFileSync(join(archived, file!), bytes);

  await archiveAll();
  expect((await seqs())[0]).toBeGreaterThan(ROWS / 3);
  expect(await verifyBoth()).toEqual([null, null]);
  expect(readdirSync(archived).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a row that does not hold is not archived', async () => {
  clock.advance(200 * 24 * 3600);
  await store.updateTable('audit_log').set({ subject: 'somebody' }).where('seq', '=', 7).execute();
  await expect(archive().run()).rejects.toThrow('row 7 of the audit log does not hold');
  expect([(await seqs()).length, existsSync(archived)]).toEqual([ROWS, false]);
});

test('[L4] rows that were deleted are not called archived by a head that was signed for something else', async () => {
  const head = await readHead(store);
  await createAuditLog(store, clock, keys).event(
    { userId: null, address: '', agent: '', requestId: '' },
    { event: 'user.session.start', subject: null },
    { outcome: 'success' },
  );
  await store.deleteFrom('audit_log').where('seq', '<=', head.seq).execute();
  expect(await verifyAuditLog(store, { keys })).toEqual({ seq: ROWS + 1, fault: 'missing' });
  const { seq, at, hash, signatures } = head;
  await store
    .insertInto('audit_log_segments')
    .values({
      ...{ first_seq: 1, last_seq: seq, at, prev: '', hash },
      ...{ file: 'none', sha256: '', signatures: JSON.stringify(signatures) },
    })
    .execute();
  expect(await verifyAuditLog(store, { keys })).toEqual({ seq, fault: 'unsigned_segment' });
  // A file that is signed after it would make it look right.
  clock.advance(800 * 24 * 3600);
  await expect(archive({ days: 90 }).run()).rejects.toThrow(/no key of AUDIT_SIGNING_KEY signed the archived rows/);
  expect(await verifyAuditLog(store, { keys })).toEqual({ seq, fault: 'unsigned_segment' });
});

test('[L4] verifying reports a file that is gone, a segment that is gone, and a checkpoint that differs', async () => {
  clock.advance(200 * 24 * 3600);
  await archive({ segmentRows: 300 }).run();
  const { hash, ...head } = await readHead(store);
  const other = { ...head, seq: 100, hash: 'x' };
  // Whoever has the key can sign another past, but not change what was signed before.
  expect(hash).not.toBe('x');
  expect((await verifyArchive(store, archived, { keys, checkpoints: [other] })).tampered?.fault).toBe(
    'false_checkpoint',
  );
  const [first] = files();
  const bytes = readFileSync(join(archived, first!));
  rmSync(join(archived, first!));
  expect((await verifyArchive(store, archived, { keys })).tampered).toEqual({ seq: 300, fault: 'lost_segment' });
  writeFileSync(join(archived, first!), bytes);
  await store.deleteFrom('audit_log_segments').where('last_seq', '=', 300).execute();
  expect((await verifyArchive(store, archived, { keys })).tampered).toEqual({ seq: 301, fault: 'missing' });
});

/** Runs a command of the audit log as npm does. Returns its exit code and output. */
async function run(file: string, args: string[], killed?: Promise<unknown>): Promise<[number | null, string]> {
  const env = {
    NODE_COMPILE_CACHE: join(root, '.cache/node'),
    ...{ PATH: process.env['PATH'], DATA_DIR: folder, AUDIT_ARCHIVE: archived, AUDIT_RETENTION_DAYS: '90' },
    ...{ AUDIT_SIGNING_KEY: pem, ...(await storeEnv(folder)) },
  };
  const words = [...operatorProgram(`src/operator/${file}`), ...args];
  const child = spawn(process.execPath, words, { cwd: root, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  void killed?.then(() => child.kill('SIGKILL'));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, text.trim()];
}

test('audit:archive archives beside a portal, may be killed, and audit:verify verifies both parts', async () => {
  const begun = vi.waitUntil(async () => !(await seqs()).includes(1), { timeout: 30_000, interval: 5 });
  expect((await run('audit-archive/run-archive.ts', [], begun))[0]).not.toBe(1);
  await begun;
  expect(await verifyBoth()).toEqual([null, null]);
  clock.advance(31);
  // The lease of the killed process ends half a minute after it was taken. Nobody is told meanwhile that it is done.
  await store
    .updateTable('locks')
    .set({ expires_at: Date.now() + 30_000 })
    .execute();
  expect(await run('audit-archive/run-archive.ts', [])).toEqual([
    1,
    expect.stringMatching(/^another process archives, or was killed less than half a minute ago: run this again/),
  ]);
  await store.updateTable('locks').set({ expires_at: 0 }).execute();
  expect(await run('audit-archive/run-archive.ts', [])).toEqual([
    0,
    expect.stringMatching(/^\d+ rows went to the archive\.$/),
  ]);
  const last = (await readHead(store)).seq;
  const gone = (await seqs())[0]! - 1;
  expect(gone).toBeGreaterThan(ROWS - 10);
  expect(await run('audit-verify/verify.ts', ['--archive', archived])).toEqual([
    0,
    expect.stringMatching(new RegExp(`^The audit log holds: ${last} rows, ${gone} of them in the archive, signed by `)),
  ]);
  // A checkpoint of a row that is gone is compared with the archive, or not at all.
  const early = signHead(keys, { seq: 7, at: 1, hash: 'of another past' });
  const [latest, old] = [await readHead(store), early].map((head) => JSON.stringify(checkpointOf(head)));
  const both = ['--checkpoint', latest!, '--checkpoint', old!];
  const [, found] = await run('audit-verify/verify.ts', both);
  expect(found).toMatch(
    /, and 1 checkpoint agrees; NOT compared: 1 of archived rows, for which --archive is needed\.$/,
  );
  expect(await run('audit-verify/verify.ts', [...both, '--archive', archived])).toEqual([
    1,
    expect.stringMatching(/row 7 is not the one of the checkpoint/),
  ]);
  const received = join(folder, 'received.jsonl');
  writeFileSync(
    received,
    files()
      .map((file) => gunzipSync(readFileSync(join(archived, file))))
      .join(''),
  );
  expect(await run('audit-verify/verify.ts', ['--events', received])).toEqual([
    0,
    `The events hold: rows 1 to ${gone}; no signed head is among them, so they could have been written anew.`,
  ]);
});

test('refuses a log with rows that no portal wrote, names the first, and deletes none', async () => {
  clock.advance(200 * 24 * 3600);
  const refused = async (seq: number) => {
    await expect(archive().run()).rejects.toThrow(`row ${seq} of the audit log was written by no portal`);
    await store.deleteFrom('audit_log').where('seq', '=', seq).execute();
  };
  await plantRow(store, -1);
  await refused(-1);
  await plantRow(store, 10 * ROWS);
  await refused(10 * ROWS);
  const old = await archiveAll();
  expect(old).toBeGreaterThan(0);
  for (const seq of [old, old - 1, 1]) {
    await plantRow(store, seq, { reason: 'forged' });
    expect(await rowOutside(store)).toBe(seq);
    for await (const rows of createLogScan(store).rows({}, { first: 1, last: 2 * ROWS }, 'asc'))
      expect(rows.filter(({ reason }) => reason === 'forged')).toEqual([]);
    expect(await verifyAuditLog(store, { keys })).toMatchObject({ seq });
    await refused(seq);
  }
  expect(await verifyBoth()).toEqual([null, null]);
});
