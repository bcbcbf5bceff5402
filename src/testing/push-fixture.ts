import { idOf, withPush } from './security-methods.ts';
import { HEDY } from './test-env.ts';
import type { Portal, TestEnv } from './test-env.ts';
import type { Visitor } from './visitor.ts';

export type PushFixture = Awaited<ReturnType<typeof createPushFixture>>;

/** Hedy with Okta Verify on her phone, about to prove by a push that she may remove her authenticator app. */
export async function createPushFixture(env: TestEnv, portal: Portal) {
  const factorId = await withPush(env, HEDY);
  const hedy = await portal.signedIn(HEDY);
  const totp = await idOf(hedy, 'totp');
  const purpose = `remove:${totp}`;
  await env.takeRequests();
  const ask = (about: object = { purpose }, who: Visitor = hedy) =>
    who.call('verifyFactor', { factorId }, { body: about });

  return {
    hedy,
    factorId,
    /** What the proof is for, and the method that goes by it. */
    purpose,
    totp,
    ask,
    poll: (transactionId: string, who: Visitor = hedy) =>
      who.call('pollTransaction', { factorId, transactionId }, { poll: true }),
    cancel: (transactionId: string, who: Visitor = hedy) => who.call('cancelTransaction', { factorId, transactionId }),
    remove: () => hedy.call('deleteFactor', { factorId: totp }),
    /** Asks for one and waits until the org may be asked how it stands. */
    async waiting(about?: object) {
      const { transactionId, number } = (await ask(about)).body as { transactionId: string; number: number };
      env.advance(4);
      return { transactionId, number };
    },
    /** The same browser's other tab. */
    otherTab(): Visitor {
      const tab = portal.visitor();
      tab.plant(hedy.token()!);
      return tab;
    },
    /** What the org was asked about transactions since the last look at what it was asked. */
    takeTransactionRequests: async () =>
      (await env.takeRequests())
        .filter(({ path }) => path.includes('/transactions/'))
        .map(({ method, status }) => `${method} ${status}`),
    stepUps: () => portal.store.selectFrom('step_ups').select(['purpose', 'strength', 'consumed_at']).execute(),
    transactions: () => portal.store.selectFrom('transactions').selectAll().execute(),
    /** What the phone shows. */
    phone: () => env.simulator<{ numbers: number[] }[]>('GET', `/pushes?user=${HEDY}`),
    /** Ends and single events of the audit log besides sign-ins, as `event outcome reason`, those that begin like this. */
    async auditRows(beginning: string) {
      const rows = await portal.store
        .selectFrom('audit_log')
        .select(['event', 'outcome', 'reason'])
        .where('type', '!=', 'intent')
        .orderBy('seq')
        .execute();
      return rows
        .map(({ event, outcome, reason }) => [event, outcome, reason].filter(Boolean).join(' '))
        .filter((line) => line.startsWith(beginning));
    },
    /** The org gives no number to match: it knows nothing of them. */
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
