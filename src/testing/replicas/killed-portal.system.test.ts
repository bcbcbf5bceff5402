import { chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addresses, headers } from '#contract/endpoints.ts';
import { chromiumOptions } from '../../../scripts/chromium.mjs';
import { hasBalancers } from './balancer.ts';
import { startRig, type Replica, type Rig } from './rig.ts';
import { auditRows } from '#testing/store-contents.ts';

/** Changes in each protocol. The portal that gets a change is killed. */
const CHANGES = process.env['SOAK_KILLS'] ? 10 : 1;
const TIMEOUT = 120_000 * CHANGES;
const patience = { interval: 20 };

let rig: Rig;
beforeAll(async () => {
  if (!hasBalancers) return;
  rig = await startRig({ people: 2 * CHANGES, portals: 2, tls: true, env: { LOG_LEVEL: 'info' } });
}, 180_000);
afterAll(() => rig?.close());

/** The person has no method: adding the first one requires only a sign-in. */
async function signIn(page: Page): Promise<void> {
  await page.goto(`${rig.base}${addresses.signIn('/')}`);
  await page.getByLabel('Email address').fill(rig.org.people.pop()!.login);
  await page.getByLabel('Password').fill(rig.org.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${rig.base}/`);
}

const logged = (method: string, path: string, replicas: readonly Replica[]) =>
  replicas.map(({ program }) => program.said().split(`"method":"${method}","route":"${path}"`).length - 1);

/** Returns the portal that answers this person. */
async function getPortal(page: Page): Promise<Replica> {
  const before = logged('GET', '/api/session', rig.replicas);
  await page.evaluate(async () => {
    for (let n = 0; n < 6; n += 1) await (await fetch('/api/session')).text();
  });
  const answered = () => logged('GET', '/api/session', rig.replicas).map((count, index) => count - before[index]!);
  // The page itself may send one more read, on another connection.
  await expect.poll(() => Math.max(...answered()), patience).toBeGreaterThanOrEqual(6);
  return rig.replicas[answered().findIndex((count) => count >= 6)]!;
}

const rows = async () => (await auditRows(rig.store, { type: 'intent' }, 'seq')).length;
const calls = async () =>
  (await rig.simulator<{ method: string; path: string }[]>('GET', '/requests?limit=20000')).filter(
    ({ method, path }) => method === 'POST' && /^\/api\/v1\/users\/\w+\/factors$/.test(path.split('?')[0]!),
  ).length;

/** Kills the portal before Okta's answer. Returns how often the browser sent the change again. */
async function changeAndKill(page: Page, key: string): Promise<number> {
  const portal = await getPortal(page);
  const others = rig.replicas.filter((one) => one !== portal);
  const before = { rows: await rows(), delivered: logged('POST', '/api/factors', others)[0]! };
  await rig.simulator('POST', '/faults', { match: 'POST /api/v1/users/*/factors', delayMs: 3000, times: 1 });
  const status = page.evaluate(
    async (given) => {
      const sent = fetch('/api/factors', { method: 'POST', headers: given, body: JSON.stringify({ kind: 'totp' }) });
      return sent.then(
        (answer) => answer.status,
        () => 0,
      );
    },
    { 'content-type': 'application/json', [headers.guard]: '1', [headers.idempotencyKey]: key },
  );
  await expect.poll(rows, patience).toBe(before.rows + 1);
  await expect.poll(() => rig.simulator<unknown[]>('GET', '/faults'), patience).toEqual([]);
  await portal.restart('SIGKILL');
  // 502 is the balancer's. Otherwise the browser has sent the change again, and its first outcome is unknown.
  expect([0, 409, 429, 502, 503]).toContain(await status);
  // A portal logs requests in order. After its line for `/livez`, its log has all earlier requests.
  for (const one of rig.replicas) {
    const looks = logged('GET', '/livez', [one])[0]!;
    await (await fetch(`http://127.0.0.1:${one.port}/livez`)).text();
    await expect.poll(() => logged('GET', '/livez', [one])[0], patience).toBeGreaterThan(looks);
  }
  // The killed portal's log is new after its restart, so nothing is subtracted for it.
  return logged('POST', '/api/factors', [portal])[0]! + logged('POST', '/api/factors', others)[0]! - before.delivered;
}

/** Kills the portal of each change. `again`: how often the browser sent a change again. */
async function countChanges(protocol: 'h2' | 'http/1.1') {
  const browser = await chromium.launch({
    ...chromiumOptions(),
    args: ['--ignore-certificate-errors', ...(protocol === 'h2' ? [] : ['--disable-http2'])],
  });
  try {
    const before = { calls: await calls(), rows: await rows() };
    const used = new Set<string>();
    let again = 0;
    for (let n = 0; n < CHANGES; n += 1) {
      const page = await (await browser.newContext()).newPage();
      await signIn(page);
      again += await changeAndKill(page, `key-of-a-test-that-kills-by-${protocol.replace(/\W/g, '')}-${n}`);
      used.add(
        await page.evaluate(
          () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).nextHopProtocol,
        ),
      );
    }
    return { used: [...used], again, calls: (await calls()) - before.calls, rows: (await rows()) - before.rows };
  } finally {
    await browser.close();
  }
}

test.skipIf(!hasBalancers).each(['h2', 'http/1.1'] as const)(
  'by %s, a change whose portal is killed is delivered once, called at Okta once and is one row',
  { timeout: TIMEOUT },
  async (protocol) => {
    const once = { used: [protocol], again: 0, calls: CHANGES, rows: CHANGES };
    expect(await countChanges(protocol)).toEqual(once);
  },
);
