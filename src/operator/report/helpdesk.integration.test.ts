import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { freeText } from '#contract/audit-log/audit-reasons.ts';
import type { AuditEntry } from '#contract/helpdesk.ts';
import { createClock } from '#clock';
import { printJsonLines } from '#bff/features/helpdesk/audit-log/audit-log-export.ts';
import { createAuditReader } from '#bff/features/helpdesk/audit-log/audit-reader.ts';
import { approve, freezeByLink, signInAgent } from '#bff/features/helpdesk/testing/agent-fixture.ts';
import { personId } from '#bff/features/helpdesk/testing/helpdesk-fixture.ts';
import { createAuditLog, type AuditDetails } from '#bff/records/audit-log/audit-log.ts';
import { keptAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { watched } from '#testing/statements/statements.ts';
import { openTestStore, scansIn, storeEnv } from '#testing/store.ts';
import { ANNIE, GRACE, HEDY, KATHERINE, testEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { countMonth, readMonth } from './helpdesk.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const [OCTOBER, NOVEMBER, DECEMBER] = [9, 10, 11].map((month) => Date.UTC(2026, month, 1)) as [number, number, number];
const NOW = Date.UTC(2027, 0, 5);
const folder = temporaryFolder();
const keys = readAuditKeys(keptAuditKey(folder));
let store: Store;
let at = OCTOBER;

/** Three months with all kinds of operations, some of them at the beginning and end of November. */
async function writeMonths(): Promise<void> {
  const auditLog = createAuditLog(
    store,
    createClock(() => at),
    keys,
  );
  const events: AuditEvent[] = ['user.mfa.factor.reset', 'user.mfa.factor.reset_all', 'user.account.unlock'];
  for (let n = 0; n < 180; n += 1) {
    // Two operations run at midnight between two months.
    const begins = n % 60 === 0 ? OCTOBER + (n / 60) * 30.5 * DAY - 5 * MINUTE : OCTOBER + (n * 30.5 * DAY) / 60;
    at = Math.max(at, begins);
    const [agentId, subject, correlationId] = [`00uAgent${n % 4}`, `00uPerson${n % 50}`, `op${n}`];
    const by = (userId: string) => ({ userId, address: '', agent: '', requestId: `r${n}`, correlationId });
    const write = async (
      event: AuditEvent,
      reason: string | null,
      over: Partial<AuditDetails> & { who?: string } = {},
    ) => {
      at += 90_000;
      const { who = agentId, ...details } = over;
      const outcome = /rejected|did not call|wrong code/.test(reason ?? '') ? 'failure' : 'success';
      await auditLog.event(
        by(who),
        { subject, event, ...details },
        { outcome, reason: reason === null ? null : freeText(reason) },
      );
    };
    const isVerified = n % 5 !== 0;
    if (n % 9 === 0) await write('helpdesk.caller_verification.verify', 'push: rejected');
    if (n % 11 === 0)
      await write('helpdesk.caller_verification.verify', 'own-session: the person did not call', { who: subject });
    if (n % 13 === 0) await write('helpdesk.call.report', 'voice');
    if (isVerified) await write('helpdesk.caller_verification.verify', n % 2 ? 'push: success' : 'own-session');
    const callerVerification = isVerified ? `${n % 2 ? 'push' : 'own-session'}:v${n}` : null;
    if (!isVerified) {
      await write('helpdesk.approval.request', 'lost: a note (reset: not_verified)');
      if (n % 10 === 0) continue;
      if (n % 15 === 0) {
        await write('helpdesk.approval.deny', n % 2 ? 'attack' : 'other: no', { who: '00uApprover' });
        continue;
      }
      await write('helpdesk.approval.approve', null, { who: '00uApprover' });
    }
    const details = {
      event: events[n % 3]!,
      subject,
      callerVerification,
      why: n % 3 === 2 ? 'locked-out' : 'broken',
    } as const;
    at += 60_000;
    const change = auditLog.change(
      by(agentId),
      details,
      async () => {
        if (n % 17 === 0) throw new TypeError('the first try fails');
      },
      { classify: () => ({ outcome: 'failure', reason: 'internal' }) as never },
    );
    await change.catch(() => {});
    // Half of the failed operations are tried again in the same operation (correlation id).
    if (n % 34 === 0) await auditLog.change(by(agentId), details, async () => {});
  }
}

beforeAll(async () => {
  store = await openTestStore(folder);
  await writeMonths();
});
afterAll(() => store.destroy());

const read = async (since: number, until: number) =>
  countMonth((await readMonth(store, since, until)).rows, since, until, NOW);

const byText = (a: unknown, b: unknown) => String(a).localeCompare(String(b));

/** Counts from an export of the whole log, for comparison. */
async function countExport(since: number, until: number) {
  const names = { of: async () => new Map() } as never;
  const reader = createAuditReader(
    store,
    createClock(() => NOW),
    names,
  );
  const { seq } = await store.selectFrom('audit_log_head').select('seq').executeTakeFirstOrThrow();
  const head = await createAuditLog(store, createClock(), keys).head();
  let text = '';
  for await (const piece of printJsonLines(reader.all({}, seq), { head, keys, filter: 'all', role: 'auditor' }))
    text += piece;
  const lines = text
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AuditEntry);
  const within = lines.filter((line) => Date.parse(line.at) >= since && Date.parse(line.at) < until);
  const ends = new Map<string, AuditEntry>();
  for (const line of lines)
    if (/factor\.reset|account\.un/.test(line.event) && line.type !== 'intent') ends.set(line.correlationId!, line);
  const done = [...ends.values()].filter((line) => within.includes(line));
  const of = (pattern: RegExp, from = within) => from.filter(({ event }) => pattern.test(event));
  const requests = of(/approval\.request/);
  const decided = (line: AuditEntry, what: RegExp) =>
    lines.some((one) => one.correlationId === line.correlationId && one.seq > line.seq && what.test(one.event));
  const times = done
    .flatMap((line) => {
      const verified = lines.find(
        (one) =>
          one.correlationId === line.correlationId &&
          /verification\.verify/.test(one.event) &&
          one.outcome === 'success',
      );
      return verified ? [(Date.parse(line.at) - Date.parse(verified.at)) / 1000] : [];
    })
    .toSorted((a, b) => a - b);
  const reasons = of(/caller_verification\.verify/).flatMap(({ outcome, reason }) =>
    outcome === 'failure' ? [reason] : [],
  );
  return {
    operations: done.length,
    resets: of(/factor\.reset/, done).length,
    unlocks: of(/unlock/, done).length,
    unverified: done.filter(({ callerVerification }) => callerVerification === null).length,
    push: done.filter(({ callerVerification }) => callerVerification?.startsWith('push:')).length,
    failed: done.filter(({ outcome }) => outcome === 'failure').length,
    onPhone: reasons.filter((reason) => reason === 'push: rejected').length,
    didNotCall: reasons.filter((reason) => reason?.endsWith('the person did not call')).length,
    reported: of(/call\.report/).length,
    approved: requests.filter((line) => decided(line, /approve$/)).length,
    denied: requests.filter((line) => decided(line, /deny$/)).length,
    expired: requests.filter((line) => !decided(line, /approve$|deny$|withdraw$/)).length,
    attacks: of(/approval\.deny/).filter(({ reason }) => reason === 'attack').length,
    agents: [...Map.groupBy(done, ({ actor }) => actor)].map(([actor, { length }]) => [actor, length]).toSorted(byText),
    median:
      times.length % 2 ? times[(times.length - 1) / 2]! : (times[times.length / 2 - 1]! + times[times.length / 2]!) / 2,
  };
}

test.each([
  ['October', OCTOBER, NOVEMBER],
  ['November', NOVEMBER, DECEMBER],
  ['December', DECEMBER, Date.UTC(2027, 0, 1)],
])('the sums of %s equal a second count from the export, each operation once', async (_name, since, until) => {
  const [month, second] = [await read(since, until), await countExport(since, until)];
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, one) => total + one, 0);
  const { operations, verifications, outcomes, verificationsFailed, requests, requestsDenied, agents } = month;
  expect({
    ...{ operations: sum(operations), resets: operations['reset'] ?? 0, unlocks: operations['unlock'] ?? 0 },
    ...{ unverified: month.unverified, push: verifications['push'] ?? 0, failed: outcomes['failure'] ?? 0 },
    onPhone: verificationsFailed['rejected'] ?? 0,
    didNotCall: verificationsFailed['the person did not call'] ?? 0,
    reported: month.reportedCalls,
    ...{ approved: requests['approved'] ?? 0, denied: requests['denied'] ?? 0, expired: requests['expired'] ?? 0 },
    attacks: requestsDenied['attack'] ?? 0,
    agents: agents.map(({ agent, operations: own }) => [agent, own]).toSorted(byText),
    median: month.medianSeconds,
  }).toEqual(second);
  expect([sum(verifications), sum(outcomes), sum(month.reasons)]).toEqual(Array(3).fill(second.operations));
});

test('no statement reads the log through', async () => {
  const { store: seen, statements } = watched(store);
  await readMonth(seen, NOVEMBER, DECEMBER);
  expect(statements.size).toBeGreaterThan(3);
  expect(await scansIn(store, statements)).toEqual([]);
});

test('the program numbers agents, names them when asked, and says from when on the log exists', async () => {
  const env = { DATA_DIR: folder, ...(await storeEnv(folder)) };
  const run = async (...words: string[]) => {
    const { code, out, err } = await runOperatorProgram('src/operator/report/report.ts', ['helpdesk', ...words], env);
    return [code, `${out}${err}`.trim()] as const;
  };
  await store
    .insertInto('known_names')
    .values({ user_id: '00uAgent1', login: 'hedy@example.com', name: 'Hedy' })
    .execute();
  const [code, text] = await run('--month', '2026-11');
  expect([code, text.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^The helpdesk in 2026-11 \(UTC\): .*\. The log begins with row 1 of 2026-10-01T00:0\S+Z\.$/),
  ]);
  expect(text).not.toMatch(/00uAgent|hedy/);
  expect((await run('--month', '2026-11', '--names'))[1]).toContain('hedy@example.com: ');
  const json = JSON.parse((await run('--month', '2026-11', '--json'))[1]) as { operations: object; agents: object[] };
  expect(json).toMatchObject({
    type: 'helpdesk',
    month: '2026-11',
    operations: (await read(NOVEMBER, DECEMBER)).operations,
  });
  for (const month of ['2026-13', 'November', ''])
    expect(await run('--month', month)).toEqual([1, 'which month? --month 2026-11']);
});

test('what a real helpdesk does in a morning is counted as it happened', async () => {
  const env = await testEnv();
  const portal = await env.fresh();
  const [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
  const [grace, katherine] = [await personId(portal, GRACE), await personId(portal, KATHERINE)];
  const unverified = { callerVerificationId: undefined, note: 'she is abroad' };
  await hedy.visitor.call('getPerson', { userId: grace });
  expect(said(await hedy.reset(grace))).toBe('200');
  await hedy.visitor.call('getPerson', { userId: katherine });
  await hedy.reset(katherine, { ...unverified, reason: 'broken' });
  const listWaiting = async () =>
    (await annie.visitor.call('listApprovals')).body.approvals as { id: string; status: string }[];
  expect(said(await approve(annie, (await listWaiting())[0]!.id))).toBe('200');
  env.advance(60);
  await hedy.reset(katherine, { ...unverified, reason: 'other' });
  const waiting = (await listWaiting()).find(({ status }) => status === 'waiting');
  if (waiting)
    await annie.visitor.call('decideApproval', { id: waiting.id }, { body: { decision: 'deny', reason: 'attack' } });
  // A thief may freeze the person again and again.
  for (const _ of [1, 2]) await freezeByLink(portal, katherine);
  const [since, until] = [env.clock.now() - DAY, env.clock.now() + DAY];
  const month = countMonth((await readMonth(portal.store, since, until)).rows, since, until, until);
  expect(month).toMatchObject({
    ...{ unverified: 1, frozenPeople: 1, reportedCalls: 0, withoutAgent: 0 },
    ...{ operations: { reset: 2 }, verifications: { push: 1, none: 1 }, outcomes: { success: 2 } },
    reasons: { lost: 1, broken: 1 },
    agents: [{ agent: hedy.id, operations: 2, unverified: 1, failed: 0 }],
  });
  expect(month.requests).toEqual(waiting ? { approved: 1, denied: 1 } : { approved: 1 });
  expect(month.requestsDenied).toEqual(waiting ? { attack: 1 } : {});
});
