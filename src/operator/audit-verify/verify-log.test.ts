import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '#clock';
import { openTestStore } from '#testing/store.ts';
import type { Store } from '#bff/platform/store/open.ts';
import type { Tables } from '#bff/platform/store/schema.ts';
import { createAuditLog, type AuditLog, type AuditRow } from '#bff/records/audit-log/audit-log.ts';
import {
  chainedFields,
  digestField,
  digestRow,
  createLink,
  rowLink,
  deriveSalts,
} from '#bff/records/audit-log/chain.ts';
import { readHead } from '#bff/records/audit-log/head.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys, signHead } from '#bff/records/audit-log/keys.ts';
import { plantRow } from '#testing/store-contents.ts';
import { verifyAuditLog } from './verify-log.ts';

const actor = { userId: '00u1', address: '127.0.0.1', agent: 'a browser', requestId: 'r1' };
const details = { event: 'user.mfa.factor.activate', subject: '00u1', factorId: 'uft1', kind: 'totp' } as const;
const keys = readAuditKeys(makeAuditKey());
const clock = createClock(() => 1_000_000);

let store: Store;
let auditLog: AuditLog;

const change = (work: () => Promise<string> = async () => 'uft1') =>
  auditLog.change(actor, details, work, {
    done: (factorId) => ({ factorId }),
    classify: () => ({ outcome: 'unknown' as const, reason: 'unrecorded' as const }),
  });
const lost = () => change(() => Promise.reject(new Error('cut'))).catch(() => {});
const rows = () => store.selectFrom('audit_log').selectAll().orderBy('seq').execute();
const verify = () => verifyAuditLog(store, { keys });
const edit = (seq: number, values: Partial<AuditRow>) =>
  store.updateTable('audit_log').set(values).where('seq', '=', seq).execute();
const setHead = (values: Partial<Tables['audit_log_head']>) =>
  store.updateTable('audit_log_head').set(values).execute();

/** Writes nine rows: an event, and four changes with two rows each. */
beforeEach(async () => {
  store = await openTestStore();
  auditLog = createAuditLog(store, clock, keys);
  await auditLog.event(actor, { event: 'user.session.start', subject: '00u1' }, { outcome: 'success' });
  for (let n = 0; n < 4; n += 1) await change(async () => `uft${n}`);
});
afterEach(() => store.destroy());

/** Does what an attacker without a key can do: computes new hashes, and writes a head that fits. */
async function rewriteFrom(seq: number, signatures: Record<string, string> = {}): Promise<void> {
  const all = await rows();
  let prev = all.find((row) => row.seq === seq - 1)?.hash ?? all[0]!.prev;
  for (const row of all.filter((one) => one.seq >= seq)) {
    const hash = rowLink(row, prev);
    await edit(row.seq, { prev, hash });
    prev = hash;
  }
  const last = all.at(-1)!;
  await setHead({ seq: last.seq, at: last.at, hash: prev, signatures: JSON.stringify(signatures) });
}

async function cutAfter(seq: number, signatures: Record<string, string> = {}): Promise<void> {
  const row = (await rows())[seq - 1]!;
  await store.deleteFrom('audit_log').where('seq', '>', seq).execute();
  await setHead({ seq, at: row.at, hash: row.hash, signatures: JSON.stringify(signatures) });
}

describe('verifyAudit and the chain', () => {
  it('[L4] accepts an unchanged log', async () => {
    expect([(await rows()).length, await verify()]).toEqual([9, null]);
  });

  it.each(chainedFields)('[L4] reports an edit of %s, and its row', async (column) => {
    const value = { at: 7, intent: 77 }[column as string] ?? 'event';
    await edit(4, { [column]: value });
    expect(await verify()).toEqual({ seq: 4, fault: 'edited' });
  });

  it('[L4] covers every column of a row but those that the chain itself consists of', async () => {
    const [row] = await rows();
    expect(Object.keys(row!).toSorted()).toEqual([...chainedFields, 'seq', 'prev', 'hash', 'salt'].toSorted());
  });

  it('[L4] reports a row that got another number', async () => {
    await edit(9, { seq: 10 });
    await setHead({ seq: 10 });
    expect(await verify()).toEqual({ seq: 10, fault: 'edited' });
  });

  it.each(['reason', 'factor_id', 'kind', 'address'] as const)(
    '[L4] reports %s that was removed, or added where there was none',
    async (column) => {
      const { [column]: was } = (await rows())[3]!;
      await edit(4, { [column]: was === null ? '' : null });
      expect(await verify()).toEqual({ seq: 4, fault: 'edited' });
    },
  );

  it('[L4] reports a value that moved to another field', async () => {
    await edit(4, { actor: null, approver: '00u1' });
    expect(await verify()).toEqual({ seq: 4, fault: 'edited' });
  });

  it('[L4] reports an outcome that moved to another intent', async () => {
    await store.deleteFrom('audit_log').where('seq', '=', 9).execute();
    await edit(3, { intent: 8 });
    expect(await verify()).toEqual({ seq: 3, fault: 'edited' });
  });

  it('[L4] reports salts that were swapped or replaced', async () => {
    const [, , third, fourth] = await rows();
    await edit(3, { salt: fourth!.salt });
    await edit(4, { salt: third!.salt });
    expect(await verify()).toEqual({ seq: 3, fault: 'edited' });
    await edit(3, { salt: third!.salt });
    await edit(4, { salt: randomBytes(16).toString('base64url') });
    expect(await verify()).toEqual({ seq: 4, fault: 'edited' });
  });

  it('[L4] reports a changed hash, even if the next row fits it', async () => {
    await edit(5, { hash: 'x' });
    expect(await verify()).toEqual({ seq: 5, fault: 'edited' });
    await edit(6, { prev: 'x' });
    expect(await verify()).toEqual({ seq: 5, fault: 'edited' });
  });

  it.each([1, 2, 5, 8])('[L4] reports that row %i is missing', async (seq) => {
    await store.deleteFrom('audit_log').where('seq', '=', seq).execute();
    expect(await verify()).toEqual({ seq: seq + 1, fault: 'missing' });
  });

  it.each([1, 3, 9])('[L4] reports that the last %i rows are missing', async (count) => {
    await store
      .deleteFrom('audit_log')
      .where('seq', '>', 9 - count)
      .execute();
    expect(await verify()).toEqual({ seq: 10 - count, fault: 'truncated' });
  });

  it('[L4] reports two swapped rows', async () => {
    await sql`UPDATE audit_log SET seq = 20 + seq WHERE seq IN (4, 5)`.execute(store);
    await sql`UPDATE audit_log SET seq = 29 - seq WHERE seq IN (24, 25)`.execute(store);
    expect(await verify()).toEqual({ seq: 4, fault: 'reordered' });
  });

  it.each([0, -1])('[L4] the tables refuse a row with the number %i', async (seq) => {
    const [row] = await rows();
    await expect(
      store
        .insertInto('audit_log')
        .values({ ...row!, seq })
        .execute(),
    ).rejects.toThrow(/check/i);
  });

  it.each([-7, 0, 10, 1_000_000])('[L4] reports row %i, which no portal wrote', async (seq) => {
    await plantRow(store, seq);
    expect(await verify()).toEqual({ seq, fault: 'outside' });
  });

  it('[L4] reports a row that leaves a gap before it', async () => {
    const last = (await rows()).at(-1)!;
    const row = { ...last, seq: 12, prev: last.hash };
    await store
      .insertInto('audit_log')
      .values({ ...row, hash: rowLink(row, last.hash) })
      .execute();
    await rewriteFrom(12);
    expect(await verifyAuditLog(store)).toEqual({ seq: 12, fault: 'missing' });
  });

  it('[L4] judges rows and head as they were at one moment, while others write', async () => {
    const verdicts = Promise.all(Array.from({ length: 10 }, verify));
    for (let n = 0; n < 30; n += 1) await change();
    expect(await verdicts).toEqual(Array.from({ length: 10 }, () => null));
  });

  it('[L4] reports a head that was set back without its rows', async () => {
    const third = (await rows())[2]!;
    await setHead({ seq: 3, hash: third.hash });
    expect(await verify()).toEqual({ seq: 4, fault: 'outside' });
  });

  it('[L4] reports an open intent that was deleted from the open ones', async () => {
    await lost();
    expect(await verify()).toBeNull();
    await store.deleteFrom('open_intents').execute();
    expect(await verify()).toEqual({ seq: 10, fault: 'forgotten' });
  });
});

it('[L4] reports a second outcome of an intent that was put on the list of open ones again', async () => {
  const [, intent] = await rows();
  const { seq, at, event, subject, factor_id } = intent!;
  await store.insertInto('open_intents').values({ seq, at, event, subject, factor_id }).execute();
  expect(await auditLog.reconcile(intent!, { outcome: 'failure' })).toBe(true);
  expect(await verify()).toEqual({ seq: 10, fault: 'second_outcome' });
});

describe('verifyAudit and the head', () => {
  it('[L4] reports an edited row even if all later hashes fit it', async () => {
    await edit(4, { subject: '00u2' });
    await rewriteFrom(4);
    expect(await verifyAuditLog(store)).toBeNull();
    expect(await verify()).toEqual({ seq: 9, fault: 'unsigned' });
  });

  it('[L4] reports that the newest rows were deleted and the head set back', async () => {
    await cutAfter(7);
    expect(await verifyAuditLog(store)).toBeNull();
    expect(await verify()).toEqual({ seq: 7, fault: 'unsigned' });
  });

  it.each([
    [
      'another key signed it',
      (head: Parameters<typeof signHead>[1]) => signHead(readAuditKeys(makeAuditKey()), head).signatures,
    ],
    [
      'another key signed it under the name of ours',
      (head: Parameters<typeof signHead>[1]) => ({
        [keys[0]!.id]: Object.values(signHead(readAuditKeys(makeAuditKey()), head).signatures)[0]!,
      }),
    ],
    ['the signature is of another head', () => signHead(keys, { seq: 9, at: 1_000_000, hash: 'x' }).signatures],
  ])('[L4] reports that %s', async (_what, sign) => {
    const { seq, at, hash } = await readHead(store);
    await setHead({ signatures: JSON.stringify(sign({ seq, at, hash })) });
    expect(await verify()).toEqual({ seq: 9, fault: 'unsigned' });
  });

  it('[L4] reports with a checkpoint a log that was cut back to an earlier signed head', async () => {
    const early = await auditLog.head();
    for (let n = 0; n < 3; n += 1) await change();
    const late = await auditLog.head();
    await cutAfter(early.seq, early.signatures);
    expect(await verify()).toBeNull();
    expect(await verifyAuditLog(store, { keys, checkpoints: [early] })).toBeNull();
    expect(await verifyAuditLog(store, { keys, checkpoints: [early, late] })).toEqual({ seq: 10, fault: 'truncated' });
  });

  it('[L4] reports with its checkpoints a log that was cut back and grew again to the row of an earlier checkpoint', async () => {
    const early = await auditLog.head();
    await change();
    const late = await auditLog.head();
    await cutAfter(early.seq, early.signatures);
    auditLog = createAuditLog(store, clock, keys);
    await auditLog.event(actor, { event: 'user.session.start', subject: '00u1' }, { outcome: 'success' });
    await auditLog.event(actor, { event: 'user.session.start', subject: '00u1' }, { outcome: 'success' });
    const after = await auditLog.head();
    expect([after.seq, await verify()]).toEqual([late.seq, null]);
    for (const checkpoints of [
      [early, late, after],
      [after, late],
    ]) {
      expect(await verifyAuditLog(store, { keys, checkpoints })).toEqual({ seq: late.seq, fault: 'rewritten' });
    }
  });

  it('[L4] reports with a checkpoint a history that the holder of the key rewrote', async () => {
    const checkpoint = await auditLog.head();
    await edit(4, { subject: '00u2' });
    await rewriteFrom(4);
    const { seq, at, hash } = await readHead(store);
    await setHead({ signatures: JSON.stringify(signHead(keys, { seq, at, hash }).signatures) });
    expect(await verify()).toBeNull();
    expect(await verifyAuditLog(store, { keys, checkpoints: [checkpoint] })).toEqual({ seq: 9, fault: 'rewritten' });
  });

  it('[L4] ignores a checkpoint that the key did not sign', async () => {
    const { seq, at, hash } = await auditLog.head();
    const forged = signHead(readAuditKeys(makeAuditKey()), { seq, at, hash });
    expect(await verifyAuditLog(store, { keys, checkpoints: [forged] })).toEqual({ seq: 9, fault: 'false_checkpoint' });
  });

  it('[L4] verifies with either public key while both sign, and with only the new one afterwards', async () => {
    const [old, next] = [keys[0]!, readAuditKeys(makeAuditKey())[0]!];
    const getPublic = (key: typeof old) => [{ ...key, privateKey: null }];
    auditLog = createAuditLog(store, clock, [next, old]);
    await change();
    expect([
      await verifyAuditLog(store, { keys: getPublic(old) }),
      await verifyAuditLog(store, { keys: getPublic(next) }),
    ]).toEqual([null, null]);
    auditLog = createAuditLog(store, clock, [next, ...getPublic(old)]);
    await change();
    expect([
      await verifyAuditLog(store, { keys: getPublic(old) }),
      await verifyAuditLog(store, { keys: getPublic(next) }),
    ]).toEqual([{ seq: 13, fault: 'unsigned' }, null]);
  });
});

describe('the audit log', () => {
  it('[L4] does not continue from a head that its keys did not sign, so that it never signs a cut or rewritten log', async () => {
    await cutAfter(6);
    for (const fresh of [createAuditLog(store, clock, keys), auditLog]) {
      let asked = 0;
      auditLog = fresh;
      await expect(change(async () => String((asked += 1)))).rejects.toThrow(/audit log/);
      expect(asked).toBe(0);
      await expect(fresh.head()).rejects.toThrow(/audit log/);
    }
    expect((await rows()).length).toBe(6);
  });

  it('[L4] does not continue from an empty table, nor from a head that was set back, signed or not', async () => {
    const early = await auditLog.head();
    await change();
    await cutAfter(early.seq, early.signatures);
    await expect(change()).rejects.toThrow('ends at row 9, and was at row 11 before');
    await setHead({ seq: 0, at: 0, signatures: '{}' });
    await expect(createAuditLog(store, clock, keys).event(actor, details, { outcome: 'success' })).rejects.toThrow(
      /signed by no key/,
    );
  });

  it('[L4] does not continue from another log of the same length that its keys signed', async () => {
    const early = await auditLog.head();
    await change();
    await cutAfter(early.seq, early.signatures);
    const other = createAuditLog(store, clock, keys);
    for (const event of ['user.session.start', 'user.session.end'] as const)
      await other.event(actor, { event, subject: '00u1' }, { outcome: 'success' });
    await expect(change()).rejects.toThrow('ends at row 11, and was at row 11 before');
  });
});

describe('the format of a row', () => {
  it('[L4] allows deleting a value: its digest and the other fields’ salts keep the chain valid', async () => {
    const row = (await rows())[3]!;
    const salts = deriveSalts(row.salt);
    expect(new Set(salts.map(String)).size).toBe(chainedFields.length);
    const dropped = chainedFields.indexOf('address');
    const digest = digestRow(row, row.salt)[dropped]!;
    // Only the digest is left: neither the value, nor the salt with which values could be tried.
    const left = chainedFields.map((field, index) =>
      index === dropped ? digest : digestField(salts[index]!, field, row[field]),
    );
    expect(createLink(row.prev, row.seq, left)).toBe(row.hash);
    // The signed hash does not show that the value was deleted, so the verification reports an edit.
    await edit(4, { address: null });
    expect(await verify()).toEqual({ seq: 4, fault: 'edited' });
  });

  it('[L4] gives equal values in two rows different digests', async () => {
    const [, second, , fourth] = await rows();
    const [one, other] = [second!, fourth!].map((row) =>
      digestRow(row, row.salt).map((digest) => Buffer.from(digest).toString('hex')),
    );
    expect(one!.filter((digest) => other!.includes(digest) && !/^0+$/.test(digest))).toEqual([]);
  });
});
