import { expect, test } from 'vitest';
import { GRACE, testEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { requestedChanges } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

const isSoak = Number(process.env['SOAK_RACES'] ?? 0) >= 100;
const ROUNDS = isSoak ? 100 : 5;
/** Only the soak test measures, because in a normal run other tests slow down the machine. */
const MOST_MS = isSoak ? 2000 : Infinity;
const ENDED = 'DELETE /sessions';

const env = await testEnv();

test('a freeze while a session of a thief sends what it may, and Okta is slow', { timeout: 600_000 }, async () => {
  const portal = await env.fresh();
  const grace = await personId(portal, GRACE);
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [thief, owner] = [await portal.signedIn(GRACE), await portal.signedIn(GRACE)];
    const [{ id: factorId }] = (await thief.call('listFactors')).body.factors as [{ id: string }];
    await env.fault({ match: '* /api/v1/users/*', times: 1000, delayMs: 400 + ((round * 131) % 600) });
    const sent: Promise<unknown>[] = [];
    let ended = 0;
    await new Promise<void>((resolve) => {
      // Each change waits for the lock and for Okta.
      const timer = setInterval(() => {
        const body = { name: `n${sent.length}` };
        sent.push(thief.call('nameFactor', { factorId }, { body }).finally(() => (ended += 1)));
        if (sent.length < 5) return;
        clearInterval(timer);
        resolve();
      }, 400);
    });
    const asked: string[] = [];
    await env.takeRequests();
    const from = performance.now();
    expect(said(await owner.call('freezeMyself'))).toBe('204');
    took.push(performance.now() - from);
    expect(ended).toBeLessThan(sent.length);
    await env.clearFaults();
    await Promise.allSettled(sent);
    // When Okta ends the sessions after the freeze, it would also end the next round's session.
    const changes = async () => (asked.push(...(await requestedChanges(env))), asked);
    await expect.poll(changes).toContain(ENDED);
    await portal.app.services.helpdeskServices.freezes.unfreeze(grace);
    env.advance(120);
  }
  took.sort((a, b) => a - b);
  console.log(`freezes under attack, ms: ${took.map((ms) => Math.round(ms)).join(' ')}`);
  expect(took.at(-1)).toBeLessThan(MOST_MS);
});
