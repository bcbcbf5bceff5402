import { expect } from 'vitest';
import { ADA, ANNIE, GRACE, HEDY, MARGARET } from '#testing/test-env.ts';
import { findId } from '#testing/security-methods.ts';
import { refuseWrites } from '#testing/store-contents.ts';
import { onServer } from '#testing/store.ts';
import { said } from '#testing/visitor.ts';
import { getPoolUsage } from '#database/pool-usage.ts';
import { approve, signInAgent } from '../../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../../features/helpdesk/testing/helpdesk-fixture.ts';
import type { MonitoredPortal } from './monitored-portal.ts';
import type { Scrape } from './recorded-scrapes.ts';

/** In seconds: Okta's rate-limit window, and a margin for rounding. */
const WINDOW = 65;
const FACTORS = 'GET /api/v1/users/*/factors';
const ALWAYS = 100_000;

/** `scrapes`: scrapes with this cause. `meanwhile`: is repeated until the alert fires. `mend`: ends the cause. */
export type Cause = (
  monitored: MonitoredPortal,
) => Promise<{ scrapes?: Scrape[]; meanwhile?: () => Promise<unknown>; mend?: () => Promise<unknown> }>;

export const check = ({ portal }: MonitoredPortal, count: number) =>
  Promise.all(Array.from({ length: count }, () => portal.visitor().raw({ path: '/readyz' })));

async function guess({ portal, env }: MonitoredPortal, login: string): Promise<void> {
  const visitor = await portal.signedIn(login);
  const factorId = await findId(visitor, 'totp');
  const wrong = String((Number(await env.code(login)) + 345_678) % 1_000_000).padStart(6, '0');
  const body = { purpose: `remove:${factorId}`, passCode: wrong };
  for (let n = 0; n < 3; n += 1)
    expect(said(await visitor.call('verifyFactor', { factorId }, { body }))).toBe('403 wrong_code');
}

/** The caller is unverified, so the request waits for an approver. */
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

export const reset = async (monitored: MonitoredPortal, login: string): Promise<void> =>
  approveReset(monitored, await requestReset(monitored, login));

/** The email about the reset waits in the outbox. */
async function refuseMail(monitored: MonitoredPortal, login: string): Promise<void> {
  await monitored.smtp.refuse();
  await reset(monitored, login);
  await monitored.background();
}

async function takeMail({ env, portal, smtp, background }: MonitoredPortal): Promise<void> {
  await smtp.restore();
  await portal.store.updateTable('outbox').set({ next_at: env.clock.now() }).execute();
  await background();
}

/** By the alert's name. */
export const causes: Record<string, Cause> = {
  async LatchkeyWrongCodes(monitored) {
    return {
      async meanwhile() {
        await guess(monitored, GRACE);
        await guess(monitored, HEDY);
      },
    };
  },

  async LatchkeySignInsRefused({ env, portal }) {
    const visitor = await portal.signedIn(GRACE);
    // Okta answers like this to a wrong OKTA_CLIENT_SECRET.
    await env.fault({ match: 'POST /oauth2/*', status: 401, body: { error: 'invalid_client' }, times: ALWAYS });
    for (let n = 0; n < 55; n += 1) expect((await visitor.begin()).status).toBe(403);
    return { mend: env.clearFaults };
  },

  async LatchkeyApprovalsWaiting(monitored) {
    const waiting = await requestReset(monitored, MARGARET);
    await monitored.background();
    monitored.env.advance(1201);
    return { mend: () => approveReset(monitored, waiting) };
  },

  async LatchkeyOutboxBacklog(monitored) {
    await refuseMail(monitored, 'evelyn@example.com');
    monitored.env.advance(1000);
    return { mend: () => takeMail(monitored) };
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

  async LatchkeyEventLoopDelay({ scrape }) {
    // A scrape resets the measured delay, so the next sample must come first.
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const until = performance.now() + 330; performance.now() < until;);
    return { scrapes: [await scrape()] };
  },

  async LatchkeyDatabaseQueue({ portal }) {
    const grace = await portal.signedIn(GRACE);
    const unlock = await onServer(portal.store, 'BEGIN; LOCK TABLE sessions');
    // More requests than the pool has connections.
    const answers = Promise.all(Array.from({ length: 14 }, () => grace.call('listFactors')));
    await expect.poll(() => getPoolUsage(portal.store)!.waiting).toBeGreaterThan(0);
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
    // Okta answers like this when another client has used up the rate limit.
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
      // At night, most requests are a balancer's health checks.
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
    const look = () => grace.raw({ path: '/', headers: { accept: 'text/html' } });
    return {
      meanwhile: () => Promise.all([...Array.from({ length: 5 }, look), check(monitored, 40)]),
      mend: env.clearFaults,
    };
  },

  async LatchkeyRestarts({ closeMetrics, serveMetrics, scrape }) {
    // As from a portal that crashes soon after each start.
    const scrapes: Scrape[] = [];
    for (let n = 0; n < 3; n += 1) {
      await closeMetrics();
      scrapes.push(await scrape());
      await serveMetrics();
      scrapes.push(await scrape());
    }
    return { scrapes };
  },

  async LatchkeyDown({ closeMetrics, serveMetrics, scrape }) {
    await closeMetrics();
    return { scrapes: [await scrape()], mend: serveMetrics };
  },
};
