import { afterAll, beforeAll, expect, it } from 'vitest';
import { allEndpoints } from '#contract/all.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import { answerPush, codeSent, findId, withPush } from '#testing/security-methods.ts';
import { ADA, ANNIE, auditKeys, GRACE, HEDY, KATHERINE, MARGARET, startTestEnv } from '#testing/test-env.ts';
import type { Portal, TestEnv } from '#testing/test-env.ts';
import { optimize } from '#database/open.ts';
import { isPlace } from '#testing/postgres/plans.ts';
import { bareForeignKeys, findScans, watched } from '#testing/statements/statements.ts';
import { openFilledStore, openTestStore, testDatabase } from '#testing/store.ts';
import { agent, fillLog, somebody } from '../../records/audit-log/testing/fill.ts';
import { prepareLastChange } from '../../records/audit-log/history/last-change.ts';
import { columns, createLogScan, type LogFilter } from '../../records/audit-log/log-scan.ts';
import { eventsOfKind } from '../../features/helpdesk/audit-log/kinds-of-events.ts';
import { pruneEnded } from '../lifecycle/prune.ts';
import { readStoreGauges } from '../metrics/store-gauges.ts';
import { approve, signInAgent, startVerification } from '../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import type { Store } from './open.ts';
import { auditRows } from '#testing/store-contents.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const ROWS = 20_000;
const NOW = Date.UTC(2026, 0, 1);

let env: TestEnv;
let portal: Portal;
const folder = temporaryFolder();
/** So many rows that indexes matter, with statistics as in a portal. */
let filled: Store;
beforeAll(async () => {
  if (testDatabase === 'sqlite') await fillLog({ dataDir: folder }, auditKeys, ROWS, NOW);
  filled = testDatabase === 'sqlite' ? await openTestStore(folder) : await openFilledStore();
  env = await startTestEnv();
  const auditSink = { send: async () => {}, close: async () => {} };
  portal = await env.fresh({ app: { audit: { keys: auditKeys, sink: auditSink } } });
});
afterAll(async () => {
  await env.close();
  await filled.destroy();
});

async function aDay(): Promise<void> {
  const { app } = portal;
  const ada = await portal.signedIn(ADA);
  const { factor } = (
    await ada.call(
      'enrollFactor',
      {},
      { body: { kind: 'totp' }, headers: { 'idempotency-key': 'a-key-of-this-day-0123456789abcdefghijkl' } },
    )
  ).body;
  await ada.call('activateFactor', { factorId: factor.id }, { body: { passCode: await env.code(ADA) } });
  await ada.call('nameFactor', { factorId: factor.id }, { body: { name: 'mine' } });

  const margaret = await portal.signedIn(MARGARET);
  const sms = await findId(margaret, 'sms');
  const removal = await findId(margaret, 'email');
  await margaret.call('verifyFactor', { factorId: sms }, { body: { purpose: `remove:${removal}` } });
  await margaret.call(
    'verifyFactor',
    { factorId: sms },
    { body: { purpose: `remove:${removal}`, passCode: await codeSent(env, MARGARET) } },
  );
  await margaret.call('deleteFactor', { factorId: removal });

  const hedy = await signInAgent(portal, HEDY);
  const annie = await signInAgent(portal, ANNIE);
  const [grace, katherine] = [await personId(portal, GRACE), await personId(portal, KATHERINE)];
  const factorId = await withPush(env, GRACE);
  const push = (await startVerification(hedy.visitor, grace, { type: 'push', factorId })).body;
  await answerPush(env, GRACE, 'approve', push.number);
  env.advance(4);
  await hedy.visitor.call('pollCallerVerification', { userId: grace, id: push.id });
  await hedy.reset(grace, { callerVerificationId: push.id });
  await hedy.reset(katherine, { callerVerificationId: undefined, note: 'abroad' });
  const [waiting] = (await annie.visitor.call('listApprovals')).body.approvals;
  if (waiting) await approve(annie, waiting.id);
  const history = await portal.signedIn(GRACE);
  await history.call('getSecurityHistory');

  for (const query of [
    { agent: HEDY },
    { person: grace },
    { agent: 'he', kind: 'caller' },
    { ticket: 'INC-1', outcome: 'failure' },
    { outcome: 'unknown', person: 'gra' },
    { kind: 'session', since: '2020-01-01T00:00:00Z' },
    { agent: hedy.id, person: grace, until: '2030-01-01T00:00:00Z' },
    { before: '10' },
  ]) {
    for (const name of ['listAuditLog', 'exportAuditLogJsonLines'] as const)
      await annie.visitor.call(name, {}, { query: query as never });
  }
  await app.services.auditLog.intend(
    { userId: grace, address: '', agent: '', requestId: '' },
    { event: 'user.mfa.factor.activate', subject: grace, factorId: 'uft1' },
    'by phone',
  );
  await app.reconcile();
  await app.services.outbox.flush();
  await app.services.checkAlarms();
  await app.services.auditDelivery!.deliver();
  env.advance(2 * 24 * 3600);
  await readStoreGauges(app.store, env.clock, true);
  await optimize(app.store);
  await pruneEnded(app.store, env.clock);

  const params = { userId: katherine, id: waiting?.id ?? 'none', factorId: factor.id, transactionId: 'none' };
  for (const visitor of [ada, annie.visitor]) {
    for (const name of Object.keys(allEndpoints) as EndpointName[]) {
      await visitor.call(name, params as never, { query: name === 'searchPeople' ? { q: 'grace' } : {} });
    }
  }
}

it('[D7] every statement of a day’s use finds its rows by an index, in an empty store and in a large one', async () => {
  await aDay();
  const statements = [...portal.statements.values()];
  expect(statements.length).toBeGreaterThan(150);
  if (testDatabase === 'sqlite') expect(await findScans(portal.store as never, statements)).toEqual([]);
  expect(await findScans(filled as never, statements)).toEqual([]);
  expect(await bareForeignKeys(filled as never)).toEqual([]);
});

it('detects planted scans: of a table, of an index, in a subquery, and of a foreign key without an index', async () => {
  const { store, statements } = watched(filled);
  const { fn } = store;
  await auditRows(store, { request_id: 'r1' }, 'seq');
  await store.selectFrom('audit_log as a').select('a.seq').where('a.reason', '=', 'x').execute();
  await store.selectFrom('audit_log').select(fn.countAll().as('all')).execute();
  await store.deleteFrom('sessions').where('login', '=', 'x').execute();
  await store
    .selectFrom('freezes')
    .selectAll()
    .where('user_id', 'not in', store.selectFrom('sessions').select('user_id').where('agent', '=', 'x'))
    .execute();
  const scans = await findScans(filled as never, statements.values());
  expect([...new Set(scans.map((scan) => scan.sql))]).toEqual([...statements.keys()]);
  expect([scans.length >= 5, statements.size]).toEqual([true, 6]);
  await filled.schema
    .createTable('planted')
    .addColumn('session_id', 'text', (column) => column.references('sessions.id'))
    .execute();
  expect(await bareForeignKeys(filled as never)).toEqual(['planted.session_id']);
  await filled.schema.dropTable('planted').execute();
});

it('[D7] the newest change of a person is one entry of an index that has only changes', async () => {
  const { store, statements } = watched(filled);
  await prepareLastChange(store)({ subject: somebody });
  const [{ sql: text, parameters } = { sql: '', parameters: [] }] = statements.values();
  const { rows } = await filled.executeQuery<object>({
    sql: `EXPLAIN ${testDatabase === 'sqlite' ? 'QUERY PLAN ' : ''}${text}`,
    parameters: parameters.map((given) => (isPlace(given) ? somebody : given)),
    query: { kind: 'RawNode' },
    queryId: { queryId: 'x' },
  } as never);
  const steps = rows.map((row) => Object.values(row).join(' '));
  expect(steps.filter((step) => /audit_log_changes/.test(step))).toHaveLength(1);
  expect(steps.filter((step) => /TEMP B-TREE|Sort/.test(step))).toEqual([]);
});

// PostgreSQL chooses the index from its own statistics.
const onSqlite = testDatabase === 'sqlite' ? it : () => undefined;
onSqlite('[D7] reads the audit log by the counted index for every filter', async () => {
  const { store, statements } = watched(filled);
  const scan = createLogScan(store);
  const range = { first: 1, last: ROWS };
  const times = { since: NOW - 300 * 86_400_000, until: NOW - 10 * 86_400_000 };
  const all = await filled.selectFrom('audit_log').selectAll().orderBy('seq').execute();
  const { ticket } = all.find((row) => row.ticket !== null && row.actor === agent) as { ticket: string };
  const sets: LogFilter[] = [
    { actor: [agent] },
    { subject: [somebody, all[77]!.subject!] },
    { event: eventsOfKind.freeze },
    { event: eventsOfKind.method },
    { actor: [agent], subject: [somebody], event: ['helpdesk.person.view'] },
    { actor: [agent], event: eventsOfKind.look, outcome: ['success'] },
    { ticket: [ticket] },
    { ticket: [ticket, 'INC-7'], actor: [agent], outcome: ['success'] },
    { outcome: ['failure'] },
    { outcome: ['unknown'] },
    { outcome: ['failure'], event: eventsOfKind.reset },
    { outcome: ['success'] },
    {},
  ];
  for (const filter of sets.flatMap((one) => [one, { ...one, ...times }])) {
    const { since = 0, until = NOW * 2 } = filter;
    const expected = all
      .filter(
        (row) =>
          columns.every((column) => filter[column]?.includes(row[column] ?? '') ?? true) &&
          row.at >= since &&
          row.at < until,
      )
      .map(({ seq }) => seq);
    for (const direction of ['asc', 'desc'] as const) {
      const found: number[] = [];
      for await (const rows of scan.rows(filter, range, direction)) found.push(...rows.map(({ seq }) => seq));
      expect([
        filter,
        direction,
        found.length,
        found.join() === (direction === 'asc' ? expected : expected.toReversed()).join(),
      ]).toEqual([filter, direction, expected.length, true]);
    }
  }
  for (const { sql: text, parameters } of statements.values()) {
    const { rows } = await filled.executeQuery<{ detail: string }>({
      sql: `EXPLAIN QUERY PLAN ${text}`,
      parameters,
      query: { kind: 'RawNode' },
      queryId: { queryId: 'x' },
    } as never);
    const [column] = /(?<=where (?:"|lower\())(?:actor|subject|event|ticket|outcome)(?=(?:"|\)) = )/.exec(text) ?? [];
    if (column)
      for (const { detail } of rows.filter(({ detail }) => detail.startsWith('SEARCH audit_log ')))
        expect(detail, text).toContain(
          `INDEX audit_log_${column === 'outcome' ? 'outcomes' : column} (${column === 'ticket' ? '<expr>' : column}=?`,
        );
    expect(
      rows.filter(({ detail }) => /TEMP B-TREE|SCAN audit_log/.test(detail)),
      text,
    ).toEqual([]);
  }
  expect(statements.size).toBeGreaterThan(15);
});
