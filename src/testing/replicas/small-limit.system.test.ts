import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply, Visitor } from '../visitor.ts';
import { hasBalancers } from './balancer.ts';
import { readCode } from './ledger.ts';
import { startRig, type Rig } from './rig.ts';
import { auditRows } from '#testing/store-contents.ts';

/** A soak uses Okta's smallest rate limit. Other runs have windows of 6 s, so that the test spans several. */
const isSoak = process.env['SOAK_KILLS'] !== undefined;
const [PEOPLE, CALLS, WINDOW_MS] = isSoak ? [200, 600, 60_000] : [36, 90, 6000];
/** Milliseconds between two people's starts. In a soak, simultaneous starts would overload the emulator. */
const EVERY_MS = isSoak ? 100 : 0;
const CHANGE = { kind: 'question', question: 'disliked_food', answer: 'Green turnips' };

let rig: Rig;
beforeAll(async () => {
  if (hasBalancers) rig = await startRig({ people: PEOPLE, orgRate: CALLS, orgWindowMs: WINDOW_MS });
});
afterAll(() => rig?.close());

/** After this heartbeat, each portal knows all portals. */
async function allCounted(): Promise<void> {
  const seen = async () => {
    const rows = await rig.store.selectFrom('replicas').select('seen_at').execute();
    return rows.map((row) => Number(row.seen_at));
  };
  const joined = Math.max(...(await seen()));
  await expect.poll(async () => Math.min(...(await seen())), { interval: 200 }).toBeGreaterThanOrEqual(joined);
}

test.skipIf(!hasBalancers)(
  `${PEOPLE} people and an org of ${CALLS} calls in ${WINDOW_MS / 1000} s: fair shares, every wait has an end, no change is lost`,
  { timeout: 900_000 },
  async () => {
    await allCounted();
    const waits: number[] = [];
    const waitFor = async (until: number) => {
      const ms = until - Date.now();
      waits.push(ms);
      await pause(Math.max(100, ms));
    };
    const signIn = async (visitor: Visitor, login: string) => {
      for (;;) {
        const reply: Reply = await visitor.signIn(login);
        if (visitor.token() !== undefined) return;
        // 503: Okta's sign-in endpoints did not answer in time, because the machine is overloaded.
        expect([429, 503]).toContain(reply.status);
        const after = Number(reply.headers['retry-after'] ?? (reply.status === 503 ? 1 : undefined));
        expect(after).toSatisfy(Number.isFinite);
        await waitFor(Date.now() + after * 1000);
      }
    };
    const ended: number[] = [];
    await Promise.all(
      rig.org.people.map(async (who, index) => {
        await pause(index * EVERY_MS);
        const portal = index % rig.replicas.length;
        const visitor = rig.visitor(rig.replicas[portal]);
        await signIn(visitor, who.login);
        for (;;) {
          const reply = await visitor.call('enrollFactor', {}, { body: CHANGE });
          if (reply.status === 201) break;
          expect(readCode(reply)).toBe('busy');
          await waitFor(Date.parse((reply.body as { error: { retryAt: string } }).error.retryAt));
        }
        ended.push(portal);
      }),
    );
    console.log(`${waits.length} waits; who was first: ${ended.join('')}`);
    expect(waits.length).toBeGreaterThan(PEOPLE / 6);
    // `Retry-After` is in whole seconds, rounded up.
    expect(Math.max(...waits)).toBeLessThan(WINDOW_MS + 3000);
    const firstHalf = ended.slice(0, PEOPLE / 2);
    for (const portal of rig.replicas.keys())
      expect(firstHalf.filter((one) => one === portal).length).toBeGreaterThan(isSoak ? PEOPLE / 12 : 0);
    const rows = await auditRows(rig.store, { event: 'user.mfa.factor.enroll', type: 'outcome' }, 'subject', 'outcome');
    expect(rows.filter(({ outcome }) => outcome === 'success').map(({ subject }) => subject)).toHaveLength(PEOPLE);
    expect(new Set(rows.map(({ subject }) => subject)).size).toBe(PEOPLE);
  },
);
