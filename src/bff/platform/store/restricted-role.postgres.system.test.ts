import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { onDatabase, createSettings } from '#testing/postgres/databases.ts';
import { hasPgBouncer, startPgBouncer } from '#testing/postgres/pgbouncer.ts';
import { startPostgres, type PostgresServer } from '#testing/postgres/server.ts';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { ADA, ANNIE, auditKeys, GRACE, HEDY, startTestEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { pruneAuditLog } from '#operator/audit-prune/prune.ts';
import { erasePerson } from '#operator/erase/erase-person.ts';
import { createAuditLog } from '../../records/audit-log/audit-log.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { approve, recoveryCodeIn, signInAgent } from '../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import { openStore, type Store } from './open.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const root = join(import.meta.dirname, '../../../..');
const guide = readFileSync(join(root, 'docs/operate/database.md'), 'utf8');
const statements = /```sql\n(CREATE ROLE[^`]*)```/
  .exec(guide)![1]!
  .split(';')
  .map((statement) => statement.trim())
  .filter(Boolean);

let server: PostgresServer;
let env: TestEnv;
let prepared: [number, string];
const open: Store[] = [];

async function openAs(user: string, name = 'latchkey', port = server.port): Promise<Store> {
  const address = server.getUrl('DATABASE').replace('postgres@', `${user}@`).replace(`:${server.port}`, `:${port}`);
  const store = await openStore({ dataDir: '', database: createSettings(address, name) });
  open.push(store);
  return store;
}
const run = (database: string, ...statements: string[]) =>
  onDatabase(server.getUrl('DATABASE'), database, async (client) => {
    for (const statement of statements) await client.query(statement);
  });

const program = async (
  file: string,
  settings: Record<string, string>,
  ...args: string[]
): Promise<[number, string]> => {
  const { code, out, err } = await runOperatorProgram(`src/operator/${file}`, args, settings);
  return [code, `${out}${err}`];
};
const prepare = (user: string, name: string, ...args: string[]) =>
  program(
    'prepare-database/prepare-database.ts',
    { DATABASE_URL: server.getUrl(name).replace('postgres@', `${user}@`) },
    ...args,
  );

beforeAll(async () => {
  [server, env] = await Promise.all([startPostgres(), startTestEnv()]);
  await run('postgres', ...statements);
  prepared = await prepare('latchkey_owner', 'latchkey', '--role', 'latchkey');
  await run('postgres', 'CREATE DATABASE pooled TEMPLATE latchkey');
});
afterAll(async () => {
  await env.close();
  await server.remove();
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.destroy();
});

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => String((error as Error).message),
  );

test('the role can add to the audit log, and change nothing of it', async () => {
  expect(statements).toHaveLength(5);
  expect(prepared).toEqual([0, expect.stringMatching(/ those of this version\. latchkey may use the \d+ of them/)]);
  const store = await openAs('latchkey');
  const refused = 'permission denied for table audit_log';
  expect(await outcome(store.updateTable('audit_log').set({ reason: 'x' }).execute())).toBe(refused);
  expect(await outcome(store.deleteFrom('audit_log').execute())).toBe(refused);
  expect(await outcome(sql`TRUNCATE audit_log`.execute(store))).toBe(refused);
  expect(await outcome(sql`CREATE TABLE mine (id bigint)`.execute(store))).toMatch('permission denied for schema');
  expect(await outcome(sql`ALTER TABLE audit_log ADD COLUMN mine bigint`.execute(store))).toMatch('must be owner');
});

test('prepare-database may run again, gives back what was lost, and refuses what would be wrong', async () => {
  await run('latchkey', 'GRANT DELETE ON audit_log TO latchkey', 'REVOKE SELECT ON sessions FROM latchkey');
  expect(await prepare('latchkey_owner', 'latchkey', '--role', 'latchkey')).toEqual(prepared);
  const store = await openAs('latchkey');
  expect(await outcome(store.deleteFrom('audit_log').execute())).toBe('permission denied for table audit_log');
  expect(await outcome(store.selectFrom('sessions').selectAll().execute())).toBe('done');
  await run('latchkey', 'CREATE ROLE latchkey_2 LOGIN', 'GRANT CONNECT ON DATABASE latchkey TO latchkey_2');
  expect(await prepare('latchkey_owner', 'latchkey', '--role', 'latchkey', '--role', 'latchkey_2')).toEqual([
    0,
    expect.stringMatching(/latchkey and latchkey_2 may use the \d+ of them/),
  ]);
  const second = await openAs('latchkey_2');
  expect(await outcome(second.deleteFrom('audit_log').execute())).toBe('permission denied for table audit_log');
  expect(await outcome(second.selectFrom('sessions').selectAll().execute())).toBe('done');
  const refused = async (user: string, ...args: string[]) => prepare(user, 'latchkey', ...args);
  expect(await refused('latchkey_owner', '--role', 'latchkey_owner')).toEqual([
    1,
    expect.stringMatching(/in DATABASE_URL/),
  ]);
  expect(await refused('latchkey_owner', '--role', 'nobody"')).toEqual([
    1,
    expect.stringMatching(/there is no role nobody"/),
  ]);
  expect(await refused('latchkey', '--role', 'latchkey_owner')).toEqual([
    1,
    expect.stringMatching(/^latchkey owns 0 of the \d+ tables/),
  ]);
  expect(await program('prepare-database/prepare-database.ts', {})).toEqual([
    1,
    expect.stringMatching(/DATABASE_URL is not set/),
  ]);
});

test('the role can neither prune nor erase, and says who can; the owner does it beside the portal', async () => {
  const run = async (user: string) => {
    const store = await openAs(user);
    const auditLog = createAuditLog(store, env.clock, auditKeys);
    const details = { event: 'user.session.start', subject: null } as const;
    const actor = { userId: null, address: '', agent: '', requestId: '' };
    for (let n = 0; n < 3; n += 1) await auditLog.event(actor, details, { outcome: 'success' });
    env.advance(2 * 24 * 3600);
    const parts = {
      store,
      clock: env.clock,
      keys: auditKeys,
      actor,
      retentionMs: 24 * 3600_000,
      checkpoints: [],
      hasSink: false,
    };
    return outcome(pruneAuditLog(parts));
  };
  const refusal = /may only add to audit_log: run this with the role that owns the tables/;
  expect(await run('latchkey')).toMatch(refusal);
  expect(await run('latchkey_owner')).toBe('done');
  const erase = async (user: string) => {
    const operator = { userId: 'operator:root', address: '', agent: '', requestId: '' };
    const parts = { store: await openAs(user), clock: env.clock, keys: auditKeys, actor: operator, ticket: null };
    return outcome(erasePerson('00u1', parts));
  };
  expect(await erase('latchkey')).toMatch(refusal);
  expect(await erase('latchkey_owner')).toBe('done');
  expect(await verifyAuditLog(await openAs('latchkey'), { keys: auditKeys })).toBeNull();
});

async function live(portal: Portal): Promise<void> {
  const { services, reconcile } = portal.app;
  const ok = (reply: { status: number; text: string }) => expect(reply.status, reply.text).toBeLessThan(300);
  const ada = await portal.signedIn(ADA);
  const added = await ada.call(
    'enrollFactor',
    {},
    { body: { kind: 'totp' }, headers: { 'idempotency-key': 'k'.repeat(22) } },
  );
  ok(added);
  const factorId = added.body.factor.id as string;
  ok(await ada.call('activateFactor', { factorId }, { body: { passCode: await env.nextCode(ADA) } }));
  ok(await ada.call('nameFactor', { factorId }, { body: { name: 'mine' } }));
  expect(said(await ada.call('verifyFactor', { factorId }, { body: { passCode: '000000' } }))).toBe('403 wrong_code');
  const purpose = `remove:${factorId}`;
  ok(await ada.call('verifyFactor', { factorId }, { body: { passCode: await env.nextCode(ADA), purpose } }));

  const [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
  const [her, grace] = [await personId(portal, ADA), await personId(portal, GRACE)];
  ok(await hedy.visitor.call('searchPeople', {}, { query: { q: 'ada' } }));
  ok(await hedy.reset(her));
  await services.outbox.flush();
  const recoveryCode = (await env.emails(ADA)).map(({ text }) => recoveryCodeIn(text)).find(Boolean);
  const again = await portal.signedIn(ADA);
  ok(await again.call('enrollFactor', {}, { body: { kind: 'totp', recoveryCode } }));
  await hedy.stepUp(`helpdesk:${grace}`);
  const asked = await hedy.requestReset(grace, { callerVerificationId: await hedy.verified(grace, 'call-back') });
  expect(asked.body.status, asked.text).toBe('waiting');
  ok(await approve(annie, asked.body.approval.id as string));
  ok(await again.call('freezeMyself'));
  ok(await hedy.visitor.call('getPerson', { userId: her }));
  await services.refusals.flush();
  await services.checkAlarms();
  await reconcile();
  await services.outbox.flush();
}

test.each([false, ...(hasPgBouncer ? [true] : [])])(
  'a portal lives with that role; behind a pooler: %s',
  async (pooled) => {
    const pooler = pooled ? await startPgBouncer(server, [], ['latchkey']) : null;
    const store = await openAs('latchkey', pooler ? 'pooled' : 'latchkey', pooler?.port);
    try {
      const portal = await env.fresh({ app: { store } });
      await live({ ...portal, store });
      await portal.close();
      expect(await verifyAuditLog(store, { keys: auditKeys })).toBeNull();
      const { length } = await store.selectFrom('open_intents').selectAll().execute();
      expect(length).toBe(0);
    } finally {
      await store.destroy();
      await pooler?.stop();
    }
  },
);

async function verify(address: string): Promise<[number, string]> {
  const folder = temporaryFolder();
  const key = join(folder, 'public.pem');
  writeFileSync(key, auditKeys[0]!.publicKey.export({ type: 'spki', format: 'pem' }));
  const result = await program('audit-verify/verify.ts', { DATA_DIR: folder, DATABASE_URL: address }, '--key', key);
  return result;
}

test('audit:verify only reads: a role that may do nothing else is enough, and an empty database stays empty', async () => {
  await run('latchkey', 'CREATE ROLE auditor LOGIN', 'GRANT CONNECT ON DATABASE latchkey TO auditor');
  await run('latchkey', 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO auditor');
  await run('postgres', 'CREATE DATABASE nothing OWNER latchkey_owner');
  const store = await openAs('latchkey_owner');
  const contents = () =>
    store.transaction().execute(async (tx) => {
      const tables = [];
      for (const { name, isView } of await tx.introspection.getTables()) {
        if (isView) continue;
        const { rows } = await sql`SELECT * FROM ${sql.table(name)} AS one ORDER BY one::text`.execute(tx);
        tables.push({ name, rows });
      }
      return tables;
    });
  const before = await contents();
  const as = (role: string, name: string) => server.getUrl(name).replace('postgres@', `${role}@`);
  expect(await verify(as('auditor', 'latchkey'))).toEqual([0, expect.stringMatching(/^The audit log holds: \d+ rows/)]);
  expect(await contents()).toEqual(before);
  expect(await verify(as('latchkey_owner', 'nothing'))).toEqual([
    1,
    expect.stringMatching(/ has no tables yet: .*\n$/),
  ]);
  const left = await onDatabase(server.getUrl('DATABASE'), 'nothing', (client) =>
    client.query("SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
  );
  expect(left.rows).toEqual([]);
  const nobody = as('auditor', 'latchkey').replace(`:${server.port}`, `:${await freePort()}`);
  expect(await verify(nobody)).toEqual([
    1,
    expect.stringMatching(/^The store cannot be read: connect ECONNREFUSED .*\n$/),
  ]);
});
