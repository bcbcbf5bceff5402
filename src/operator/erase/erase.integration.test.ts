import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock, type Clock } from '#clock';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { getDatabaseName } from '#database/portable-sql.ts';
import { openTestStore, storeEnv } from '#testing/store.ts';
import { readContents, readRows, auditRows } from '#testing/store-contents.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { createAuditLog, type AuditLog } from '#bff/records/audit-log/audit-log.ts';
import { erasedSalt } from '#bff/records/audit-log/chain.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { verifyAuditLog } from '../audit-verify/verify-log.ts';
import { erasePerson } from './erase-person.ts';
import { dropDeletedBytes } from './forget-person.ts';
import { columns } from './testing/columns.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const pem = makeAuditKey();
const keys = readAuditKeys(pem);
/** Values about Ada, who is also an approver. */
const ada = ['00uAda', '198.51.100.7', 'Ada’s browser', 'uftOfAda', 'INC-ADA', 'her phone fell into the sea'];

let folder: string;
let clock: Clock;
let store: Store;
let auditLog: AuditLog;
beforeEach(async () => {
  folder = temporaryFolder();
  clock = createClock(() => Date.UTC(2025, 0, 1));
  store = await openTestStore(folder);
  auditLog = createAuditLog(store, clock, keys);
});
afterEach(async () => {
  await store.destroy();
});

const herself = { userId: '00uAda', address: '198.51.100.7', agent: 'Ada’s browser', requestId: 'r1' };
const hedy = { userId: '00uHedy', address: '192.0.2.1', agent: 'Hedy’s browser', requestId: 'r2', correlationId: 'c2' };

/** Writes seven rows, six of them about Ada. */
async function live(): Promise<void> {
  const success = { outcome: 'success' } as const;
  await auditLog.event(herself, { event: 'user.session.start', subject: '00uAda' }, success);
  await auditLog.event(
    { ...herself, userId: null },
    { event: 'user.session.refused', subject: '00uAda' },
    { outcome: 'failure' },
  );
  const about = { subject: '00uAda', factorId: 'uftOfAda', kind: 'sms', ticket: 'INC-ADA', why: freeText(ada[5]!) };
  await auditLog.change(hedy, { event: 'user.mfa.factor.reset', ...about }, async () => {});
  await auditLog.event(
    { ...herself, correlationId: 'c2' },
    { event: 'helpdesk.approval.approve', subject: '00uGrace' },
    success,
  );
  const approved = {
    event: 'user.mfa.factor.reset',
    subject: '00uGrace',
    ticket: 'INC-2',
    approver: '00uAda',
  } as const;
  await auditLog.event(hedy, approved, success);
  await auditLog.event(hedy, { event: 'user.session.start', subject: '00uHedy' }, success);
}
const erase = () =>
  erasePerson('00uAda', {
    ...{ store, clock, keys, ticket: 'DSR-1' },
    actor: { userId: 'operator:root', address: '', agent: 'latchkey erase', requestId: 'r3' },
  });
/** Without counts, which are deleted within 37 days. */
const contents = async (): Promise<string> => JSON.stringify(await readContents(store, 'counted_events'));

test('nothing of an erased person is left in the log, which verifies', async () => {
  await live();
  await store.insertInto('known_names').values({ user_id: '00uAda', login: 'ada@example.com', name: 'Ada' }).execute();
  const before = await contents();
  for (const value of [...ada, 'ada@example.com']) expect(before.includes(value), value).toBe(true);
  const others = (await store.selectFrom('audit_log').selectAll().orderBy('seq').execute()).filter(
    (row) => !JSON.stringify(row).includes('Ada'),
  );

  expect(await erase()).toBe(6);
  const after = await contents();
  for (const value of [...ada, 'ada@example.com']) expect(after.includes(value), value).toBe(false);
  expect(await verifyAuditLog(store, { keys })).toBeNull();
  const rows = await store.selectFrom('audit_log').selectAll().orderBy('seq').execute();
  for (const row of others) expect(rows).toContainEqual(row);
  expect(rows.filter(({ event }) => event === 'audit_log.erase')).toMatchObject([
    {
      actor: 'operator:root',
      subject: null,
      ticket: 'DSR-1',
      reason: expect.stringMatching(/^\d+:[\da-f]+( \d+:[\da-f]+){5}$/),
    },
  ]);
  expect(await erase()).toBe(0);
});

/** Rows about Ada as the person, the agent and the approver. */
async function addRows(): Promise<void> {
  const at = clock.now();
  const times = { created_at: at, expires_at: at };
  const reset = '{"person":{"name":"Ada Lovelace"}}';
  const asked = {
    operation: 'reset',
    reset,
    status: 'done',
    agent_id: '00uHedy',
    user_id: '00uGrace',
    ...times,
  } as const;
  await store
    .insertInto('approvals')
    .values([
      { ...asked, id: 'a1', user_id: '00uAda' },
      { ...asked, id: 'a2', agent_id: '00uAda' },
      { ...asked, id: 'a3', decider_id: '00uAda', decided_by: '{"name":"Ada Lovelace"}', decision_note: 'Ada called' },
      { ...asked, id: 'a4', reset: '{}' },
    ])
    .execute();
  const called = {
    type: 'own-session',
    methods: '[{"name":"Ada’s phone"}]',
    all: 0,
    reason: 'lost',
    tries_left: 3,
    asked_at: at,
  } as const;
  const verified = { ...called, agent_id: '00uHedy', agent_name: 'Hedy', status: 'used', ...times } as const;
  await store
    .insertInto('caller_verifications')
    .values([
      { ...verified, id: 'v1', user_id: '00uAda' },
      { ...verified, id: 'v2', user_id: '00uGrace', agent_id: '00uAda', agent_name: 'Ada Lovelace' },
    ])
    .execute();
  const attackSign = { kind: 'push_denied', agent_id: '00uHedy', agent_name: 'Hedy', times: 1, last_at: at } as const;
  await store
    .insertInto('attack_signs')
    .values([
      { ...attackSign, id: 't1', user_id: '00uAda', ends_at: at, signs: '["Ada"]' },
      { ...attackSign, id: 't2', user_id: '00uGrace', agent_id: 'kept', agent_name: 'Hedy', ends_at: at + 1 },
      { ...attackSign, id: 't3', user_id: '00uGrace', agent_id: '00uAda', agent_name: 'Ada Lovelace', ends_at: at + 1 },
    ])
    .execute();
  const seen = { user_id: '00uAda', source: 'account', address: 'ada@example.com', since: at } as const;
  await store.insertInto('seen_addresses').values(seen).execute();
  const email = { subject: 'A method was added', body: '', created_at: at, tries: 0, next_at: at };
  await store
    .insertInto('outbox')
    .values([
      { ...email, id: 'm1', address: 'Ada@Example.com', sent_at: at },
      { ...email, id: 'm2', address: 'ada@example.com', sent_at: null, body: 'sealed for Ada' },
    ])
    .execute();
  const link = { token_hash: 'h1', user_id: '00uAda', name: 'Ada Lovelace', expires_at: at, locale: null };
  await store
    .insertInto('freeze_links')
    .values({ ...link, frozen_at: null })
    .execute();
  const name = 'Ada Lovelace';
  await store
    .insertInto('known_names')
    .values({ user_id: '00uAda', login: 'ada', name, locale: 'de', locale_changes: '[]' })
    .execute();
  const note = { aaguid: null, backup: null, made_on: null, used_at: null };
  await store
    .insertInto('factor_notes')
    .values({ ...note, user_id: '00uAda', factor_id: 'f1', name: 'Ada’s phone' })
    .execute();
  const profile = { user_id: '00uAda', login: 'ada', name, first_name: 'Ada', locale: null };
  const session = { id: 's1', token_hash: 'h2', created_at: at, seen_at: at, ends_at: at, auth_time: at };
  await store
    .insertInto('sessions')
    .values({ ...profile, ...session, verified_at: at, id_token: 'of Ada', agent: ada[2]!, address: 'Ada’s network' })
    .execute();
}

test('each column of the schema says what erasing a person does to it', async () => {
  const inSchema = (await store.introspection.getTables()).filter(({ name }) => !name.startsWith('kysely'));
  const listed = Object.entries(columns).map(([table, { goes = '', stays = '', none }]) => {
    return [table, `${goes} ${stays} ${none}`.trim().split(/ +/).toSorted()];
  });
  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries(inSchema.map((table) => [table.name, table.columns.map(({ name }) => name).toSorted()])),
  );
});

test('each column that erasing empties had something of the person, and has nothing afterwards', async () => {
  await addRows();
  const named = async (isLeft: boolean) => {
    for (const [table, { goes }] of Object.entries(columns))
      for (const column of table === 'audit_log' || goes === undefined ? [] : goes.split(' ')) {
        const values = (await readRows(store, table)).map((row) => String(row[column]));
        expect([`${table}.${column}`, values.some((value) => /ada/i.test(value))]).toEqual([
          `${table}.${column}`,
          isLeft,
        ]);
      }
  };
  await named(true);
  await erase();
  await named(false);
});

test('what the helpdesk and the outbox have of an erased person goes, and nothing of others', async () => {
  await addRows();
  await erase();
  const tables = ['approvals', 'caller_verifications', 'seen_addresses', 'outbox'];
  const left = JSON.stringify(await Promise.all(tables.map((table) => readRows(store, table))));
  expect(left).not.toMatch(/Ada Lovelace|Rome|ada@example/i);
  expect((await store.selectFrom('approvals').select('id').execute()).map(({ id }) => id)).toEqual(['a4']);
  // Signs of attack stay, because they make a reset need an approver. The agent's name is erased.
  expect(
    await store.selectFrom('attack_signs').select(['id', 'agent_id', 'agent_name']).orderBy('id').execute(),
  ).toEqual([
    { id: 't2', agent_id: 'kept', agent_name: 'Hedy' },
    { id: 't3', agent_id: '00uAda', agent_name: null },
  ]);
});

test('[L4] a value that was erased without a signed row, or put in place of an erased one, is reported', async () => {
  await live();
  const row = (await auditRows(store, { ticket: 'INC-2' }))[0]!;
  const salt = erasedSalt(row, new Set(['ticket']));
  await store.updateTable('audit_log').set({ ticket: null, salt }).where('seq', '=', row.seq).execute();
  expect(await verifyAuditLog(store, { keys })).toEqual({ seq: row.seq, fault: 'edited' });
  await store.updateTable('audit_log').set({ ticket: 'INC-2', salt: row.salt }).where('seq', '=', row.seq).execute();
  await erase();
  expect(await verifyAuditLog(store, { keys })).toBeNull();
  // Erases another field than the signed row names.
  const named = (await auditRows(store, { ticket: 'INC-2' }))[0]!;
  const more = { ticket: null, salt: erasedSalt(named, new Set(['ticket'])) };
  await store.updateTable('audit_log').set(more).where('seq', '=', named.seq).execute();
  expect(await verifyAuditLog(store, { keys })).toEqual({ seq: named.seq, fault: 'edited' });
  await store.updateTable('audit_log').set(named).where('seq', '=', named.seq).execute();
  const { seq } = (await auditRows(store, { event: 'helpdesk.approval.approve' }, 'seq'))[0]!;
  await store.updateTable('audit_log').set({ actor: '00uMallory' }).where('seq', '=', seq).execute();
  expect(await verifyAuditLog(store, { keys })).toEqual({ seq, fault: 'edited' });
});

test('a person with an open change is not erased yet', async () => {
  await auditLog.intend(
    herself,
    { event: 'user.mfa.factor.activate', subject: '00uAda', factorId: 'uftOfAda' },
    'by phone',
  );
  await expect(erase()).rejects.toThrow('a change of theirs has no outcome yet');
});

test('latchkey erase finds the person by login', async () => {
  await live();
  await store.insertInto('known_names').values({ user_id: '00uAda', login: 'ada@example.com', name: 'Ada' }).execute();
  const run = async (settings: Record<string, string>, ...args: string[]): Promise<[number, string]> => {
    const env = { DATA_DIR: folder, AUDIT_SIGNING_KEY: pem, ...(await storeEnv(folder)), ...settings };
    const { code, out, err } = await runOperatorProgram('src/operator/erase/erase.ts', args, env);
    return [code, `${out}${err}`.trim()];
  };
  const file = join(folder, 'portal.sqlite');
  if (existsSync(file)) {
    // Leaves the bytes of a deleted row in the file.
    const earlier = new DatabaseSync(file);
    earlier.exec(`INSERT INTO org_facts VALUES ('x', '${ada[5]}'); DELETE FROM org_facts WHERE name = 'x'`);
    earlier.close();
  }
  expect(await run({}, 'ADA@example.com', '--ticket', 'DSR-1')).toEqual([
    0,
    expect.stringMatching(/^Values of 6 rows were erased\. .* backups have is still there\.$/),
  ]);
  const bytes = () =>
    readdirSync(folder).map((name) => (name.startsWith('portal.') ? readFileSync(join(folder, name)) : ''));
  // The id (the first value) is left out, because the person's counts still contain it.
  for (const value of ada.slice(1))
    expect(
      bytes().some((file) => file.includes(value)),
      value,
    ).toBe(false);
  expect(await verifyAuditLog(store, { keys })).toBeNull();
});

test('bytes of what was deleted are not called gone while another program reads the file', async () => {
  if (getDatabaseName(store) === 'postgres') return;
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
