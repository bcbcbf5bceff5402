import type { PurposeText } from '#contract/purposes.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt, startServerProcess, type ServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/free-port.ts';
import { ADA, GRACE, HEDY, KATHERINE } from '#testing/test-env.ts';
import { signedInAt, type Visitor } from '#testing/visitor.ts';
import { openTestStore } from '#testing/store.ts';
import type { Store } from '../../platform/store/open.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const KILLS = process.env['SOAK'] ? 200 : 8;
/** In ms. After each kill, a start and a sign-in are slow on a busy machine. */
const PATIENCE = 180_000 + KILLS * 10_000;
const people = [ADA, GRACE, KATHERINE, HEDY];

const folder = temporaryFolder();
let ports: { port: number; emulatorPort: number };
let server: ServerProcess;
let store: Store;
const visitors = new Map<string, Visitor>();

beforeAll(async () => {
  await ensureBuilt();
  ports = { port: await freePort(), emulatorPort: await freePort() };
  await (await startServerProcess({ ...ports, folder })).end();
  server = await startServerProcess({ ...ports, folder });
  store = await openTestStore(folder);
  for (const login of people) {
    visitors.set(login, await signedInAt(server, login));
  }
}, PATIENCE);
afterAll(async () => {
  await server?.kill();
  await store?.destroy();
});

type Listed = { id: string; kind: string; status: string };
const simulator = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
  const answer = await fetch(`${server.emulator}/simulator/api${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  return (await answer.json()) as T;
};

async function stepUp(login: string, purpose: PurposeText) {
  const { id } = await store.selectFrom('sessions').select('id').where('login', '=', login).executeTakeFirstOrThrow();
  const stepUp = {
    id: `proof-${performance.now()}`,
    session_id: id,
    purpose,
    strength: 3,
    expires_at: Date.now() + 300_000,
    consumed_at: null,
  };
  await store.insertInto('step_ups').values(stepUp).execute();
}

/** Activates or cancels a pending enrollment, removes one of two methods, or starts an enrollment. */
async function nextChange(login: string, round: number) {
  const who = visitors.get(login)!;
  const listed: Listed[] = (await who.call('listFactors')).body.factors;
  const pending = listed.find(({ status }) => status === 'PENDING_ACTIVATION');
  if (pending) {
    const granted = (await who.call('getFactor', { factorId: pending.id })).body.enrollment;
    if (!granted || round % 3 === 0)
      return {
        match: 'DELETE /api/v1/users/*/factors/*',
        run: () => who.call('deleteFactor', { factorId: pending.id }),
      };
    const phone = await simulator<{ factorId: string; code: string }[]>('GET', `/authenticators?user=${login}`);
    const passCode = phone.find(({ factorId }) => factorId === pending.id)!.code;
    return {
      match: 'POST /api/v1/users/*/factors/*/lifecycle/activate',
      run: () => who.call('activateFactor', { factorId: pending.id }, { body: { passCode } }),
    };
  }
  if (listed.length > 1) {
    await stepUp(login, `remove:${listed[0]!.id}`);
    return {
      match: 'DELETE /api/v1/users/*/factors/*',
      run: () => who.call('deleteFactor', { factorId: listed[0]!.id }),
    };
  }
  const kind = listed[0]?.kind === 'totp' ? 'okta-verify' : 'totp';
  if (listed.length) await stepUp(login, `enroll:${kind}`);
  return {
    match: 'POST /api/v1/users/*/factors',
    run: () => who.call('enrollFactor', {}, { body: kind === 'totp' ? { kind } : { kind, method: 'totp' } }),
  };
}

const rows = () => store.selectFrom('audit_log').selectAll().where('type', '!=', 'event').orderBy('seq').execute();
const openIntents = async () => {
  const all = await rows();
  return all.filter(({ seq, type }) => type === 'intent' && !all.some(({ intent }) => intent === seq));
};

async function isTrue(login: string): Promise<boolean> {
  const outcome = (await rows()).at(-1)!;
  const listed: Listed[] = (await visitors.get(login)!.call('listFactors')).body.factors;
  const there = listed.find(({ id }) => id === outcome.factor_id);
  if (outcome.event === 'user.mfa.factor.deactivate') return (outcome.outcome === 'success') === !there;
  if (outcome.event === 'user.mfa.factor.activate')
    return (outcome.outcome === 'success') === (there?.status === 'ACTIVE');
  return outcome.outcome === 'success'
    ? there?.status === 'PENDING_ACTIVATION'
    : !listed.some(({ status }) => status === 'PENDING_ACTIVATION');
}

test(
  `[D1] [D2] killed ${KILLS} times in the middle of a change: each intent has one outcome, and it is true`,
  { timeout: PATIENCE },
  async () => {
    let found = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const login = people[round % people.length]!;
      const before = (await rows()).length;
      const { match, run } = await nextChange(login, round);
      // In odd rounds the emulator is slow, so the kill comes before, during or after the change. In round 1 surely
      // before.
      if (round % 2) await simulator('POST', '/faults', { match, delayMs: round === 1 ? 5000 : 20 });
      let acknowledged: number | null = null;
      const going = run().then(
        ({ status }) => (acknowledged = status),
        () => null,
      );
      const intent = async () => (await rows()).length > before;
      while (!(await intent()) && acknowledged === null) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      await server.kill();
      await going;
      if ((await openIntents()).length) found += 1;
      // The killed process would hold the person's lock for half a minute.
      await store.updateTable('locks').set({ expires_at: 0 }).execute();
      server = await startServerProcess({ ...ports, folder });
      await expect.poll(openIntents, { interval: 20 }).toEqual([]);

      const news = (await rows()).slice(before);
      expect(news.map(({ type }) => type)).toEqual(['intent', 'outcome']);
      expect([news[1]!.intent, news[1]!.outcome]).toEqual([
        news[0]!.seq,
        expect.stringMatching(/^(?:success|failure)$/),
      ]);
      if (acknowledged !== null && acknowledged < 300) expect(news[1]!.outcome).toBe('success');
      expect([round, news[1]!.event, news[1]!.outcome, await isTrue(login)]).toEqual([
        round,
        news[1]!.event,
        news[1]!.outcome,
        true,
      ]);
      expect(await verifyAuditLog(store)).toBeNull();
    }
    const notifications = await store.selectFrom('outbox').select(['event', 'address']).execute();
    expect(new Set(notifications.map(({ event, address }) => `${event} ${address}`)).size).toBe(notifications.length);
    const written = (await rows()).filter(
      ({ type, event, outcome }) => type === 'outcome' && event === 'user.mfa.factor.activate' && outcome === 'success',
    );
    for (const { seq } of written) expect(notifications.filter(({ event }) => event === seq).length).toBeGreaterThan(0);
    expect(found).toBeGreaterThan(0);
  },
);
