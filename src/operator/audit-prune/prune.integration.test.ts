import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS, createClock, type Clock } from '#clock';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { createCheckpoint } from '#bff/records/audit-log/checkpoint.ts';
import { readHead, rowOutside } from '#bff/records/audit-log/head.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys, signHead } from '#bff/records/audit-log/keys.ts';
import { createLogScan } from '#bff/records/audit-log/log-scan.ts';
import { fillLog, somebody } from '#bff/records/audit-log/testing/fill.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { openTestStore, createPlace, storeEnv } from '#testing/store.ts';
import { auditRows, plantRow, refuseWrites } from '#testing/store-contents.ts';
import { verifyAuditLog } from '../audit-verify/verify-log.ts';
import { pruneAuditLog } from './prune.ts';

const ROWS = 2000;
const END = Date.UTC(2026, 0, 1);
const actor = { userId: 'operator:root', address: '', agent: 'latchkey audit:prune', requestId: 'r1' };
const pem = makeAuditKey();
const keys = readAuditKeys(pem);
let folder: string;
let store: Store;
let clock: Clock;
beforeEach(async () => {
  folder = temporaryFolder();
  await fillLog(await createPlace(folder), keys, ROWS, END);
  store = await openTestStore(folder);
  clock = createClock(() => END);
});
afterEach(async () => {
  await store.destroy();
});

const prune = (options: Partial<Parameters<typeof pruneAuditLog>[0]> = {}) =>
  pruneAuditLog({
    ...{ store, clock, keys, actor, retentionMs: 90 * DAY_MS, checkpoints: [], hasSink: false, slice: 400 },
    ...options,
  });
const first = async () => (await store.selectFrom('audit_log').select('seq').orderBy('seq').executeTakeFirst())?.seq;
const live = () =>
  createAuditLog(store, clock, keys).event(
    { userId: null, address: '', agent: '', requestId: '' },
    { event: 'user.session.start', subject: null },
    { outcome: 'success' },
  );

test('[L4] old rows go; what is left verifies from there, and the next run takes the printed checkpoint', async () => {
  const names = ['00uUnnamed', somebody].map((user_id) => ({ user_id, login: user_id, name: 'A B' }));
  await store.insertInto('known_names').values(names).execute();
  const { rows, checkpoint } = await prune();
  const old = await store.selectFrom('audit_log').select('at').where('seq', '<=', ROWS).orderBy('seq').execute();
  expect([rows, await first()]).toEqual([ROWS - old.length, rows + 1]);
  expect(rows).toBeGreaterThan(ROWS / 2);
  expect(old[0]!.at).toBeGreaterThan(END - 90 * DAY_MS);
  expect(await verifyAuditLog(store, { keys, checkpoints: [checkpoint!] })).toBeNull();
  expect(await store.selectFrom('known_names').select('user_id').execute()).toEqual([{ user_id: somebody }]);
  const pieces = createLogScan(store).rows({}, { first: 1, last: ROWS * 2 }, 'asc');
  expect((await pieces.next()).value?.[0]?.seq).toBe(rows + 1);

  clock.advance(20 * 24 * 3600);
  await expect(prune()).rejects.toThrow(/^name a checkpoint of row \d+ or a later one by --checkpoint/);
  const next = await prune({ checkpoints: [checkpoint!] });
  const [newest] = (await auditRows(store, { event: 'audit_log.prune' }, 'reason', 'actor')).slice(-1);
  expect(newest).toEqual({
    actor: 'operator:root',
    reason: expect.stringMatching(
      new RegExp(
        `^the rows up to row ${rows + next.rows} \\(.{43}\\) went; verified with the checkpoint of row ${checkpoint!.seq} \\(${checkpoint!.hash}\\)$`,
      ),
    ),
  });
  expect(await verifyAuditLog(store, { keys, checkpoints: [next.checkpoint!] })).toBeNull();
});

test('no row goes that an open intent or the receiver needs', async () => {
  const late = { seq: 150, at: END, event: 'user.mfa.factor.enroll', subject: null, factor_id: null } as const;
  expect((await prune({ hasSink: true })).rows).toBe(0);
  await store.updateTable('audit_sink_cursor').set({ seq: 100 }).execute();
  expect((await prune({ hasSink: true })).rows).toBe(100);
  await store.insertInto('open_intents').values(late).execute();
  expect((await prune({ checkpoints: [await readHead(store)] })).rows).toBe(49);
});

test('the row of an intent stays that a portal writes after open intents were read', async () => {
  const reads = new WeakSet<object>();
  let written: Promise<void> | undefined;
  const meanwhile = store.withPlugin({
    transformQuery({ node, queryId }) {
      if (node.kind === 'SelectQueryNode' && node.limit && JSON.stringify(node.from).includes('open_intents'))
        reads.add(queryId);
      return node;
    },
    async transformResult({ result, queryId }) {
      if (reads.has(queryId) && !written) {
        const about = { event: 'user.mfa.factor.enroll', subject: somebody } as const;
        written = createAuditLog(store, clock, keys).intend(actor, about, 'reconciled');
        // On SQLite, `intend` waits for this statement, and writes before the next one.
        await new Promise(setImmediate);
        clock.advance(1);
      }
      return result;
    },
  });
  expect((await prune({ store: meanwhile, retentionMs: 0, slice: 2 * ROWS })).rows).toBe(ROWS);
  await written;
  expect(await first()).toBe(ROWS + 1);
});

test('an end in between leaves a log that verifies, and another run does the rest', async () => {
  const accept = await refuseWrites(store, { table: 'audit_log', on: 'DELETE', when: 'OLD.seq > 1000' });
  await expect(prune()).rejects.toThrow(/disk full/);
  await accept();
  expect([await first(), await verifyAuditLog(store, { keys })]).toEqual([801, null]);
  expect((await prune({ checkpoints: [await readHead(store)] })).rows).toBeGreaterThan(200);
  expect(await verifyAuditLog(store, { keys })).toBeNull();
});

test('[L4] a log that does not hold loses no row', async () => {
  const refused = async (why: RegExp, checkpoints = [] as Awaited<ReturnType<typeof readHead>>[]) => {
    await expect(prune({ checkpoints })).rejects.toThrow(why);
    expect(await auditRows(store, { event: 'audit_log.prune' }, 'seq')).toEqual([]);
  };
  const head = await readHead(store);
  await refused(/row 7 is not the one of the checkpoint/, [signHead(keys, { seq: 7, at: 1, hash: 'of another past' })]);
  await refused(/it ends before row/, [signHead(keys, { seq: head.seq + 1, at: 1, hash: 'cut off' })]);
  await plantRow(store, 10 * ROWS);
  await refused(/row 20000 is outside the signed rows/);
  await store
    .deleteFrom('audit_log')
    .where('seq', '=', 10 * ROWS)
    .execute();
  await store.updateTable('audit_log').set({ subject: 'x' }).where('seq', '=', 7).execute();
  await refused(/row 7 was edited/);
});

test('[L4] rows that somebody deleted are missing, and rows among the pruned are foreign', async () => {
  const { rows, checkpoint } = await prune();
  await live();
  for (const seq of [rows, 1]) {
    await plantRow(store, seq, { reason: 'forged' });
    expect(await rowOutside(store)).toBe(seq);
    expect(await verifyAuditLog(store, { keys })).toEqual({ seq, fault: 'outside' });
    await expect(prune({ checkpoints: [checkpoint!] })).rejects.toThrow(/is outside the signed rows/);
    await store.deleteFrom('audit_log').where('seq', '=', seq).execute();
  }
  await store
    .deleteFrom('audit_log')
    .where('seq', '<=', rows + 5)
    .execute();
  expect(await verifyAuditLog(store, { keys })).toEqual({ seq: rows + 6, fault: 'missing' });
});

test('audit:prune prints a checkpoint, and audit:verify refuses an older one with a code of its own', async () => {
  const early = await readHead(store);
  const run = async (file: string, args: string[] = [], settings: Record<string, string> = {}) => {
    const env = { DATA_DIR: folder, AUDIT_SIGNING_KEY: pem, ...(await storeEnv(folder)), ...settings };
    const { code, out, err } = await runOperatorProgram(`src/operator/${file}`, args, env);
    return [code, `${out}${err}`.trim()] as const;
  };
  const PRUNE = 'audit-prune/run-prune.ts';
  expect(await run(PRUNE)).toEqual([1, 'AUDIT_RETENTION_DAYS is not set: all rows stay']);
  await store.updateTable('audit_sink_cursor').set({ seq: 1 }).execute();
  const days = { AUDIT_RETENTION_DAYS: '90' };
  expect(await run(PRUNE, [], days)).toEqual([1, expect.stringMatching(/^rows went to a receiver: .*--without-sink/)]);
  // The program uses the machine's clock, so all rows are old.
  const [code, text] = await run(PRUNE, ['--without-sink'], days);
  const [said, printed] = text.split('\n').filter((line) => !line.startsWith('audit rows'));
  expect([code, said]).toEqual([0, expect.stringMatching(/^2000 rows went\. The next run needs this checkpoint/)]);
  const verify = (...heads: string[]) =>
    run(
      'audit-verify/verify.ts',
      heads.flatMap((head) => ['--checkpoint', head]),
    );
  expect(await verify(printed!)).toEqual([
    0,
    expect.stringMatching(/, without the first 2000, which row 2\d+ pruned, .* 1 checkpoint agrees\.$/),
  ]);
  const older = JSON.stringify(createCheckpoint(signHead(keys, { ...early, seq: 7 })));
  const [failed, why] = await verify(printed!, older);
  expect([failed, why]).toEqual([
    3,
    expect.stringMatching(/NOT compared: the checkpoint of row 7\. Row 2\d+ pruned the rows up to 2000/),
  ]);
});
