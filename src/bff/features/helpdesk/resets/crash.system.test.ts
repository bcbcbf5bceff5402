import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt, startServerProcess, type ServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/free-port.ts';
import { GRACE, HEDY, KATHERINE } from '#testing/test-env.ts';
import { signedInAt, type Visitor } from '#testing/visitor.ts';
import { openTestStore } from '#testing/store.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import type { Store } from '../../../platform/store/open.ts';
import { auditRows } from '#testing/store-contents.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

/** A second reset of a person within the day would need an approver. */
const everybody = [GRACE, 'margaret@example.com', 'dorothy@example.com', 'radia@example.com', KATHERINE];
// Each person costs a restart of the portal. `npm run soak` uses all of them.
const people = Number(process.env['SOAK_RACES'] ?? 0) >= 100 ? everybody : everybody.slice(0, 2);
const PATIENCE = 180_000 + people.length * 15_000;

const folder = temporaryFolder();
let ports: { port: number; emulatorPort: number };
let server: ServerProcess;
let store: Store;
let hedy: Visitor;

beforeAll(async () => {
  await ensureBuilt();
  ports = { port: await freePort(), emulatorPort: await freePort() };
  server = await startServerProcess({ ...ports, folder });
  store = await openTestStore(folder);
  hedy = await signedInAt(server, HEDY);
}, PATIENCE);
afterAll(async () => {
  await server?.kill();
  await store?.destroy();
});

const simulator = async <T>(path: string, body?: unknown): Promise<T> => {
  const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
  const answer = await fetch(`${server.emulator}/simulator/api${path}`, {
    method: body ? 'POST' : 'GET',
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  return (answer.status === 204 ? null : await answer.json()) as T;
};

/** Inserts the agent's step-up and a caller verification. Returns the id of the caller verification. */
async function verificationOf(userId: string, methods: { id: string; created: string | null }[]): Promise<string> {
  const used = methods.filter(({ created }) => created !== null).slice(0, 1);
  const session = await store
    .selectFrom('sessions')
    .select(['id', 'user_id'])
    .where('login', '=', HEDY)
    .executeTakeFirstOrThrow();
  const ends = Date.now() + 300_000;
  await store
    .insertInto('step_ups')
    .values({
      id: `proof-${userId}`,
      session_id: session.id,
      purpose: `helpdesk:${userId}`,
      strength: 3,
      expires_at: ends,
      consumed_at: null,
    })
    .execute();
  const id = `caller-${userId}`;
  await store
    .insertInto('caller_verifications')
    .values({
      id,
      agent_id: session.user_id,
      agent_name: 'Hedy',
      user_id: userId,
      type: 'push',
      factor_id: null,
      transaction_id: null,
      number: null,
      methods: '[]',
      used: JSON.stringify(
        used.map(({ id: one, created }) => ({ id: one, created, kind: 'totp', name: null, number: null })),
      ),
      all: 1,
      reason: 'lost',
      status: 'verified',
      code_mac: null,
      tries_left: 5,
      created_at: Date.now(),
      asked_at: Date.now(),
      expires_at: ends,
    })
    .execute();
  return id;
}

const rowsOf = (userId: string) => auditRows(store, { event: 'user.mfa.factor.reset_all', subject: userId });

test(
  'killed during a reset, or before its email: one intent, its true outcome, and one notification per address',
  { timeout: PATIENCE },
  async () => {
    for (const [round, login] of people.entries()) {
      const found = (await hedy.call('searchPeople', {}, { query: { q: login } })).body.people as { id: string }[];
      const { id: userId } = found[0]!;
      await signedInAt(server, login);
      const { watch, factors } = (await hedy.call('getPerson', { userId })).body;
      const draft = { operation: 'reset', factorIds: 'all', reason: 'lost', token: watch.token } as const;
      const addresses = (await hedy.call('planOperation', { userId }, { body: draft })).body.notifies as string[];
      const callerVerificationId = await verificationOf(userId, factors);
      if (round % 2) await simulator('/faults', { match: 'POST /api/v1/users/*/lifecycle/reset_factors', delayMs: 20 });
      let answered = false;
      const going = hedy
        .call(
          'resetMethods',
          { userId },
          { body: { factorIds: 'all', reason: 'lost', ticket: 'INC-1', callerVerificationId } },
        )
        .then(
          ({ status }) => {
            answered = status === 200;
          },
          () => {},
        );
      while ((await rowsOf(userId)).length === 0) await new Promise((resolve) => setImmediate(resolve));
      // The last kill comes right after the answer, while the email is being sent.
      if (round === people.length - 1) await going;
      else await new Promise((resolve) => setTimeout(resolve, round * 12));
      await server.kill();
      await going;
      // The killed process would hold the person's lock for 30 s and the email for 16 s.
      await store.updateTable('locks').set({ expires_at: 0 }).execute();
      await store.updateTable('outbox').set({ next_at: 0 }).where('sent_at', 'is', null).execute();
      server = await startServerProcess({ ...ports, folder });
      await expect.poll(async () => (await rowsOf(userId)).length, { interval: 20 }).toBe(2);

      const [intent, outcome] = await rowsOf(userId);
      expect([intent!.type, outcome!.type, outcome!.intent, outcome!.ticket]).toEqual([
        'intent',
        'outcome',
        intent!.seq,
        'INC-1',
      ]);
      if (answered) expect(outcome!.outcome).toBe('success');
      const listed = await simulator<{ status: string }[]>(`/authenticators?user=${login}`);
      const happened = outcome!.outcome === 'success';
      if (happened) {
        expect(listed.filter(({ status }) => status === 'ACTIVE')).toEqual([]);
        expect(await store.selectFrom('sessions').select('id').where('user_id', '=', userId).execute()).toEqual([]);
        expect(
          await store.selectFrom('recovery_codes').select('outcome').where('user_id', '=', userId).execute(),
        ).toEqual([{ outcome: outcome!.seq }]);
      }
      const notifications = () =>
        store.selectFrom('outbox').select(['address', 'sent_at']).where('event', '=', outcome!.seq).execute();
      await expect
        .poll(async () => (await notifications()).every(({ sent_at }) => sent_at !== null), {
          interval: 50,
        })
        .toBe(true);
      expect(await notifications()).toHaveLength(happened ? addresses.length : 0);
      // An email that was sent but not recorded as sent is sent again with the same id.
      const texts = (await simulator<{ to: string; text: string }[]>(`/messages?user=${login}`)).filter(({ text }) =>
        /the helpdesk reset/.test(text),
      );
      expect(new Set(texts.map(({ to, text }) => `${to} ${text}`)).size).toBe(happened ? addresses.length : 0);
      expect(await verifyAuditLog(store)).toBeNull();
      if (hedy.token() === undefined) throw new Error('the agent lost her session');
    }
  },
);
