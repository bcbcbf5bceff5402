import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock, type Clock } from '#clock';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { openTestStore, storeEnv } from '#testing/store.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { readHead } from '#bff/records/audit-log/head.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys, signHead, type Head } from '#bff/records/audit-log/keys.ts';
import { toLogEvent } from '#bff/records/audit-log/log-event.ts';
import { readRestored, restoredText } from './restored.ts';
import { verifyEvents } from './verify-events.ts';
import { auditRows } from '#testing/store-contents.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const pem = makeAuditKey();
const keys = readAuditKeys(pem);
const actor = { userId: 'operator:root', address: '', agent: 'latchkey restore', requestId: 'r1' };

let store: Store;
let clock: Clock;
/** The events and signed heads that a receiver got, as lines. */
let received: string[];
beforeEach(async () => {
  store = await openTestStore();
  clock = createClock(() => Date.UTC(2026, 10, 26));
  received = [];
});
afterEach(() => store.destroy());

const write = async (count: number) => {
  for (let n = 0; n < count; n += 1)
    await createAuditLog(store, clock, keys).event(
      { ...actor, userId: '00u1' },
      { event: 'user.session.start', subject: '00u1' },
      { outcome: 'success' },
    );
};
async function send(after: number): Promise<void> {
  const rows = await store.selectFrom('audit_log').selectAll().where('seq', '>', after).orderBy('seq').execute();
  received.push(...rows.map((row) => JSON.stringify(toLogEvent(row))), headLine(await readHead(store)));
}
const headLine = (auditHead: Head) => JSON.stringify({ auditHead });
const isEvent = (line: string) => line.includes('"eventType"');

async function restore(backup: Head, replaced: Head | null, said = restoredText(backup, replaced)): Promise<void> {
  await store.deleteFrom('audit_log').where('seq', '>', backup.seq).execute();
  const { signatures, ...end } = backup;
  await store
    .updateTable('audit_log_head')
    .set({ ...end, signatures: JSON.stringify(signatures) })
    .execute();
  await createAuditLog(store, clock, keys).event(
    actor,
    { event: 'store.restored', subject: null },
    { outcome: 'success', reason: freeText(said) },
  );
}

/** Sends ten rows, with a backup after the sixth. Then restores the backup and sends three more rows. */
async function restored(said?: (backup: Head, replaced: Head) => string): Promise<{ backup: Head; replaced: Head }> {
  await write(6);
  const backup = await readHead(store);
  await write(4);
  const replaced = await readHead(store);
  await send(0);
  await restore(backup, replaced, said?.(backup, replaced));
  await write(2);
  // In the backup, the sink's cursor is at row 4, so rows 5 and 6 are sent again.
  await send(4);
  return { backup, replaced };
}
const verified = async (lines = received, heads: Head[] = []) => verifyEvents(lines, keys, heads);

test('what a restore says of itself can be read again', () => {
  const [one, other] = [
    { seq: 6, hash: 'a-b_c' },
    { seq: 10, hash: 'd' },
  ];
  expect(readRestored(restoredText(one, other))).toEqual({ backup: one, replaced: other });
  expect(readRestored(restoredText(one, null))).toEqual({ backup: one, replaced: null });
  expect([readRestored(null), readRestored('the backup ends at row 6 (a); and so on')]).toEqual([null, null]);
});

test('events of before and after a restore hold, and the restore is told', async () => {
  await restored();
  expect(await verified()).toMatchObject({
    tampered: null,
    ...{ first: 1, last: 9, signedUntil: 9 },
    restores: [{ seq: 7, actor: 'operator:root', until: 10, written: 10 }],
  });
  // Without a later signed head, anybody could have forged the row about the restore.
  expect(await verified(received.slice(0, -1))).toMatchObject({ tampered: null, signedUntil: 6 });
});

test('latchkey audit:verify says in words what happened, and what nobody signed yet', async () => {
  await restored();
  const folder = temporaryFolder();
  const told = async (lines: string[]) => {
    writeFileSync(join(folder, 'events'), lines.join('\n'));
    const words = ['--events', join(folder, 'events')];
    const { code, out, err } = await runOperatorProgram('src/operator/audit-verify/verify.ts', words, {
      AUDIT_SIGNING_KEY: pem,
    });
    expect([code, err]).toEqual([0, '']);
    return out;
  };
  const restore = `Row 7, 2026-11-26T00:00:00.000Z: operator:root restored a backup that ended at row 6; rows 7 to 10 of before are only here, and the log goes on from row 7 again`;
  expect(await told(received)).toBe(
    `The events hold: rows 1 to 9; a signed head covers them up to row 9.\n${restore}.\n`,
  );
  expect(await told(received.slice(0, -1))).toContain(
    `${restore}; no signed head covers this row yet, so it could have been made up.\n`,
  );
});

test('[L4] a checkpoint from before a restore fails by a code of its own, until that restore is accepted', async () => {
  const folder = temporaryFolder();
  await store.destroy();
  store = await openTestStore(folder);
  const { backup, replaced } = await restored();
  const place = await storeEnv(folder);
  const verify = async (heads: Head[], ...words: string[]) => {
    writeFileSync(join(folder, 'heads'), heads.map(headLine).join('\n'));
    const all = ['--checkpoint', `@${join(folder, 'heads')}`, ...words];
    const { code, out, err } = await runOperatorProgram('src/operator/audit-verify/verify.ts', all, {
      ...{ AUDIT_SIGNING_KEY: pem, DATA_DIR: folder },
      ...place,
    });
    return [code, out + err];
  };
  const told =
    'Row 7, 2026-11-26T00:00:00.000Z: operator:root restored a backup that ended at row 6; rows 7 to 10 of before are lost.';
  expect(await verify([backup])).toEqual([0, expect.stringContaining('1 checkpoint agrees')]);
  expect(await verify([backup, replaced])).toEqual([
    2,
    `A checkpoint does not hold, since a backup was restored. ${told} All else holds. If you know of it: --accept-restore 7\n`,
  ]);
  expect(await verify([backup, replaced], '--accept-restore', '7')).toEqual([
    0,
    expect.stringMatching(/^Accepted: Row 7, .* are lost\.\nThe audit log holds: 9 rows, .*1 checkpoint agrees\.\n$/),
  ]);
  expect(await verify([replaced], '--accept-restore', '6')).toEqual([
    1,
    expect.stringContaining('row 6 tells of no restore'),
  ]);
  expect(JSON.parse((await verify([backup], '--json'))[1] as string)).toEqual({
    ...{ holds: true, fault: null },
    lines: [expect.stringMatching(/^The audit log holds: 9 rows/)],
  });
  expect(JSON.parse((await verify([replaced], '--json'))[1] as string)).toMatchObject({
    ...{ holds: false, lines: [] },
    fault: expect.stringContaining('--accept-restore 7'),
  });
  // The restore does not explain these checkpoints. They fail with and without --accept-restore.
  const other = { ...replaced, hash: backup.hash };
  const later = { ...replaced, at: replaced.at + 1 };
  const beyond = { ...replaced, seq: 11 };
  for (const one of [other, later, beyond]) {
    const signed = signHead(keys, { seq: one.seq, at: one.at, hash: one.hash });
    for (const words of [[], ['--accept-restore', '7']])
      expect(await verify([backup, replaced, signed], ...words)).toEqual([1, expect.stringMatching(/does not hold: /)]);
  }
  expect(await verify([{ ...replaced, signatures: {} }], '--accept-restore', '7')).toEqual([
    1,
    expect.stringContaining('the checkpoint of row 10 is signed by none of the keys'),
  ]);
});

test('a second restore of the same backup is told, too', async () => {
  const { backup } = await restored();
  // This row is never sent. Its number was already used before the first restore.
  await write(1);
  await restore(backup, await readHead(store));
  await send(6);
  expect(await verified(received.slice(3))).toMatchObject({
    tampered: null,
    ...{ first: 4, last: 7, signedUntil: 7 },
    restores: [
      { seq: 7, until: 10 },
      { seq: 7, until: 9, written: 10 },
    ],
  });
});

test('rows of before that never arrived are told', async () => {
  await restored();
  const cut = received.filter((line, index) => !(index < 11 && /"sequence":(?:9|10),/.test(line)) && index !== 10);
  expect(await verified(cut)).toMatchObject({ tampered: null, restores: [{ seq: 7, until: 8, written: 10 }] });
});

test('checkpoints of before and after the restore agree; one of neither does not', async () => {
  const { replaced } = await restored();
  const now = await readHead(store);
  expect((await verified(received, [replaced, now])).tampered).toBeNull();
  const other = signHead(keys, { seq: 9, at: 0, hash: 'x'.repeat(43) });
  expect((await verified(received, [other])).tampered).toEqual({ seq: 9, fault: 'rewritten' });
});

test.each<[string, (backup: Head, replaced: Head) => string]>([
  ['says nothing of it', () => 'the backup of Monday'],
  ['names another end of the backup', ({ hash }, replaced) => restoredText({ seq: 5, hash }, replaced)],
  ['names another row as its end', ({ seq }, replaced) => restoredText({ seq, hash: replaced.hash }, replaced)],
])('a row that goes back and %s is reported', async (_what, said) => {
  await restored(said);
  expect((await verified()).tampered).toEqual({ seq: 7, fault: 'reordered' });
});

test('a row of another event that says the same is reported', async () => {
  await restored();
  const lines = received.map((line) => line.replace('"store.restored"', '"user.session.start"'));
  expect((await verified(lines)).tampered).toEqual({ seq: 7, fault: 'reordered' });
});

test('a restore row that was edited, or follows on a row that is not there, is reported', async () => {
  await restored();
  const edited = received.map((line) =>
    line.includes('"store.restored"') ? line.replace('operator:root', 'operator:eve') : line,
  );
  expect((await verified(edited)).tampered).toEqual({ seq: 7, fault: 'edited' });
  const late = received.slice(7).filter((line) => !/"sequence":[56],/.test(line));
  expect((await verified(late)).tampered).toEqual({ seq: 7, fault: 'reordered' });
});

test('a log that was rewritten or cut before it was replaced is reported', async () => {
  await restored((backup, replaced) => restoredText(backup, { seq: replaced.seq, hash: 'x'.repeat(43) }));
  expect((await verified()).tampered).toEqual({ seq: 10, fault: 'rewritten' });
  received = [];
  await store.deleteFrom('audit_log').execute();
  const none: Head = { seq: 0, at: 0, hash: 'A'.repeat(43), signatures: {} };
  await store
    .updateTable('audit_log_head')
    .set({ ...none, signatures: '{}' })
    .execute();
  const hashAt = async (seq: number) => (await auditRows(store, { seq }, 'hash'))[0]!.hash;
  await write(6);
  const backup = await readHead(store);
  await write(4);
  await send(0);
  await restore(backup, { ...backup, seq: 9, hash: await hashAt(9) });
  await send(6);
  expect((await verified()).tampered).toEqual({ seq: 10, fault: 'truncated' });
  expect(received.filter(isEvent)).toHaveLength(11);
});
