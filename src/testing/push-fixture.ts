import { findId, withPush } from './security-methods.ts';
import { HEDY, type Portal, type TestEnv } from './test-env.ts';
import type { Visitor } from './visitor.ts';

export type PushFixture = Awaited<ReturnType<typeof createPushFixture>>;

/** Hedy is signed in and has Okta Verify. A push is the step-up for removing an authenticator app. */
export async function createPushFixture(env: TestEnv, portal: Portal) {
  const factorId = await withPush(env, HEDY);
  const hedy = await portal.signedIn(HEDY);
  const totp = await findId(hedy, 'totp');
  const purpose = `remove:${totp}`;
  await env.takeRequests();
  const ask = (about: object = { purpose }, who: Visitor = hedy) =>
    who.call('verifyFactor', { factorId }, { body: about });

  return {
    hedy,
    factorId,
    purpose,
    totp,
    ask,
    poll: (transactionId: string, who: Visitor = hedy) =>
      who.call('pollTransaction', { factorId, transactionId }, { poll: true }),
    cancel: (transactionId: string, who: Visitor = hedy) => who.call('cancelTransaction', { factorId, transactionId }),
    remove: () => hedy.call('deleteFactor', { factorId: totp }),
    /** Also advances the clock to the time of the first poll. */
    async waiting(about?: object) {
      const { transactionId, number } = (await ask(about)).body as { transactionId: string; number: number };
      env.advance(4);
      return { transactionId, number };
    },
    otherTab(): Visitor {
      const tab = portal.visitor();
      tab.plant(hedy.token()!);
      return tab;
    },
    /** Since the last call of this function. */
    takeTransactionRequests: async () =>
      (await env.takeRequests())
        .filter(({ path }) => path.includes('/transactions/'))
        .map(({ method, status }) => `${method} ${status}`),
    stepUps: () => portal.store.selectFrom('step_ups').select(['purpose', 'strength', 'consumed_at']).execute(),
    transactions: () => portal.store.selectFrom('transactions').selectAll().execute(),
    phone: () => env.simulator<{ numbers: number[] }[]>('GET', `/pushes?user=${HEDY}`),
    /** Returns `event outcome reason` of rows without intents. */
    async auditRows(beginning: string) {
      const rows = await portal.auditRows({ type: ['event', 'outcome'] }, 'event', 'outcome', 'reason');
      return rows
        .map(({ event, outcome, reason }) => [event, outcome, reason].filter(Boolean).join(' '))
        .filter((line) => line.startsWith(beginning));
    },
    plain: () =>
      env.fault({
        match: 'POST /api/v1/users/*/factors/*/verify',
        status: 201,
        body: {
          factorResult: 'WAITING',
          expiresAt: new Date(env.clock.now() + 300_000).toISOString(),
          _links: {
            poll: { href: `https://x.example/api/v1/users/u/factors/${factorId}/transactions/v2mst.plain-plain-plain` },
          },
        },
      }),
  };
}
