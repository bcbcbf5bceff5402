import { expect } from 'vitest';
import { ADA, ANNIE, GRACE, HEDY, KATHERINE } from '#testing/test-env.ts';
import { idOf } from '#testing/security-methods.ts';
import { refuseWrites } from '#testing/store-contents.ts';
import { onServer } from '#testing/store.ts';
import { said } from '#testing/visitor.ts';
import { approve, signInAgent } from '../../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../../features/helpdesk/testing/helpdesk-fixture.ts';
import type { MonitoredPortal } from './monitored-portal.ts';

const DAY = 24 * 3600;
/** Longer than a window of Okta's rate limit, whatever both sides round. */
const WINDOW = 65;
const FACTORS = 'GET /api/v1/users/*/factors';
const ALWAYS = 100_000;

/**
 * Lets happen what an alert is about. Gives what has to go on until the alert fires, and what then mends it, as the
 * alert's page says.
 */
export type Cause = (
  monitored: MonitoredPortal,
) => Promise<{ meanwhile?: () => Promise<unknown>; mend?: () => Promise<unknown> }>;

/** The checks of a balancer. */
export const check = ({ portal }: MonitoredPortal, count: number) =>
  Promise.all(Array.from({ length: count }, () => portal.visitor().raw({ path: '/readyz' })));

async function guess({ portal, env }: MonitoredPortal, login: string): Promise<void> {
  const visitor = await portal.signedIn(login);
  const factorId = await idOf(visitor, 'totp');
  const wrong = String((Number(await env.code(login)) + 345_678) % 1_000_000).padStart(6, '0');
  const body = { purpose: `remove:${factorId}`, passCode: wrong };
  for (let n = 0; n < 3; n += 1)
    expect(said(await visitor.call('verifyFactor', { factorId }, { body }))).toBe('403 wrong_code');
}

/** An agent requests a reset for a caller who was not verified, so that it waits for an approver. */
async function requestReset({ portal }: MonitoredPortal, login: string): Promise<{ id: string }> {
  const agent = await signInAgent(portal, HEDY);
  const unverified = { callerVerificationId: undefined, note: 'lost everything abroad' };
  const { body } = await agent.reset(await personId(portal, login), unverified);
  expect(body.status).toBe('waiting');
  return body.approval;
}

async function approveReset({ portal }: MonitoredPortal, { id }: { id: string }): Promise<void> {
  expect(said(await approve(await signInAgent(portal, ANNIE), id))).toBe('200');
}

/** Resets all methods of a person, who is told by email. */
export const reset = async (monitored: MonitoredPortal, login: string): Promise<void> =>
  approveReset(monitored, await requestReset(monitored, login));

/** The causes by alert. Each leaves the portal mended, but for emails that wait: those are held next. */
export const causes: Record<string, Cause> = {
  async LatchkeyWrongCodes(monitored) {
    await guess(monitored, GRACE);
    await guess(monitored, HEDY);
    return {};
  },

  async LatchkeySignInsRefused({ env, portal }) {
    const visitor = await portal.signedIn(GRACE);
    // So Okta answers a wrong OKTA_CLIENT_SECRET.
    await env.fault({ match: 'POST /oauth2/*', status: 401, body: { error: 'invalid_client' }, times: ALWAYS });
    for (let n = 0; n < 55; n += 1) expect((await visitor.begin()).status).toBe(403);
    return { mend: env.clearFaults };
  },

  async LatchkeyApprovalsWaiting(monitored) {
    const waiting = await requestReset(monitored, KATHERINE);
    await monitored.background();
    monitored.env.advance(1201);
    return { mend: () => approveReset(monitored, waiting) };
  },

  async LatchkeyOutboxBacklog(monitored) {
    await monitored.smtp.refuse();
    await reset(monitored, GRACE);
    await monitored.background();
    monitored.env.advance(1000);
    return {};
  },

  async LatchkeyHeldEmails({ env, portal, smtp, background }) {
    env.advance(3 * DAY);
    await background();
    return {
      async mend() {
        await smtp.restore();
        // `npm run outbox -- --retry all`
        const again = { held_at: null, fault: null, tries: 0, created_at: env.clock.now(), next_at: env.clock.now() };
        await portal.store.updateTable('outbox').set(again).where('held_at', '>', 0).execute();
        await background();
      },
    };
  },

  async LatchkeyAuditSinkBacklog({ env, portal, receiver, background }) {
    await receiver.refuse();
    await portal.signedIn(GRACE);
    await background();
    env.advance(1000);
    return {
      async mend() {
        await receiver.restore();
        env.advance(300);
        await background();
      },
    };
  },

  async LatchkeyOpenIntents({ env, portal, background }) {
    const ada = await portal.signedIn(ADA);
    const record = await refuseWrites(portal.store, { table: 'audit_log', on: 'INSERT', when: "NEW.type = 'outcome'" });
    const begun = await ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
    expect(begun.status).toBeGreaterThanOrEqual(500);
    await record();
    await portal.app.services.auditDelivery?.deliver();
    env.advance(1900);
    return { mend: background };
  },

  async LatchkeyStoreUnwritable({ portal }) {
    const accept = await refuseWrites(portal.store, { table: 'write_checks', on: 'INSERT' });
    await portal.app.probe();
    return {
      async mend() {
        await accept();
        await portal.app.probe();
      },
    };
  },

  async LatchkeyOktaUnreachable({ env, portal }) {
    await env.fault({ match: 'GET /.well-known/okta-organization', cut: 'before', times: 3 });
    for (let n = 0; n < 3; n += 1) await portal.app.probe();
    return { mend: portal.app.probe };
  },

  async LatchkeyEventLoopDelay(monitored) {
    return {
      async meanwhile() {
        await monitored.nextScrape();
        // That scrape is answered first: this is about a portal that is late, and not about one that is gone.
        await check(monitored, 3);
        for (const until = performance.now() + 330; performance.now() < until;);
      },
    };
  },

  async LatchkeyDatabaseQueue({ portal }) {
    const grace = await portal.signedIn(GRACE);
    const unlock = await onServer(portal.store, 'BEGIN; LOCK TABLE sessions');
    // More than the pool has connections.
    const answers = Promise.all(Array.from({ length: 14 }, () => grace.call('listFactors')));
    return {
      async mend() {
        await unlock();
        expect((await answers).map(said)).toEqual(Array(14).fill('200'));
      },
    };
  },

  async LatchkeyRateLimit({ env, portal }) {
    env.advance(WINDOW);
    const grace = await portal.signedIn(GRACE);
    // Somebody else used up the minute.
    await env.fault({ match: FACTORS, status: 429 });
    return {
      meanwhile: async () => expect(said(await grace.call('listFactors'))).toBe('429 busy'),
      mend: async () => env.advance(WINDOW),
    };
  },

  async LatchkeyErrors(monitored) {
    const { env, portal } = monitored;
    const grace = await portal.signedIn(GRACE);
    await env.fault({ match: FACTORS, status: 500, times: ALWAYS });
    return {
      // At night there are more checks of balancers than people.
      async meanwhile() {
        expect(said(await grace.call('listFactors'))).toBe('502 org_error');
        for (let n = 0; n < 5; n += 1) expect(said(await grace.call('getSession'))).toBe('200');
        await check(monitored, 40);
      },
      mend: env.clearFaults,
    };
  },

  async LatchkeySlow(monitored) {
    const { env, portal } = monitored;
    const grace = await portal.signedIn(GRACE);
    await env.fault({ match: FACTORS, delayMs: 2600, times: ALWAYS });
    // Who only looks at the first page calls no endpoint.
    const look = () => grace.raw({ path: '/', headers: { accept: 'text/html' } });
    return {
      meanwhile: () => Promise.all([...Array.from({ length: 5 }, look), check(monitored, 40)]),
      mend: env.clearFaults,
    };
  },

  async LatchkeyRestarts({ closeMetrics, serveMetrics, nextScrape }) {
    return {
      // As a portal that ends soon after each start: Prometheus gets one answer, and not the next one.
      async meanwhile() {
        await nextScrape();
        await nextScrape();
        await closeMetrics();
        await serveMetrics();
      },
    };
  },

  async LatchkeyDown({ closeMetrics, serveMetrics }) {
    await closeMetrics();
    return { mend: serveMetrics };
  },
};
