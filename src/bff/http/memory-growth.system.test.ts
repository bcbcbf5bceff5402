import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt, startServerProcess, type ServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/free-port.ts';
import { GRACE, HEDY, MARGARET } from '#testing/test-env.ts';
import { createVisitor, signedInAt } from '#testing/visitor.ts';
import { openTestStore } from '#testing/store.ts';
import { readContents } from '#testing/store-contents.ts';
import type { Store } from '../platform/store/open.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { pruneEnded } from '../platform/lifecycle/prune.ts';

/** `npm run soak` sets 60. */
const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 0.1);
/** One MB per hour in the second half of the test, plus 4 by which two measurements may differ. */
const GROWTH_MB = MINUTES / 60 / 2 + 4;

const folder = temporaryFolder();
let server: ServerProcess;
let store: Store;
beforeAll(async () => {
  await ensureBuilt();
  server = await startServerProcess({ port: await freePort(), emulatorPort: await freePort(), folder });
  store = await openTestStore(folder);
});
afterAll(async () => {
  await server?.kill();
  await store?.destroy();
});

const ADVANCE_S = 8 * 3600;

/** `days`: how often `oneDay` has moved the server's clock. */
async function sizes(days: number) {
  await pruneEnded(store, { now: () => Date.now() + days * ADVANCE_S * 1000 });
  const rows = Object.entries(await readContents(store, 'audit_log', 'outbox'));
  return { ...(await server.measure()), tables: Object.fromEntries(rows.map(([name, { length }]) => [name, length])) };
}

async function oneDay(login: string, day: number): Promise<void> {
  const who = await signedInAt(server, login);
  for (const path of ['/', '/add', '/sessions', '/nowhere']) await who.raw({ path, headers: { accept: 'text/html' } });
  const { factors } = (await who.call('listFactors')).body as { factors: { id: string; kind: string }[] };
  for (const { id } of factors) await who.call('getFactor', { factorId: id });
  const key = factors.find(({ kind }) => kind === 'totp' || kind === 'question');
  if (key) await who.call('verifyFactor', { factorId: key.id }, { body: { passCode: '', purpose: 'sessions' } });
  await createVisitor(server).raw({ path: '/auth/callback?state=x&code=y' });
  await who.raw({ method: 'POST', path: '/api/factors' });
  if (day % 2) await who.raw({ path: '/api/session' });
  await fetch(`${server.emulator}/simulator/api/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advanceSeconds: ADVANCE_S }),
  });
}

test(
  `[D7] ${MINUTES} minutes of normal use do not grow memory, descriptors or tables`,
  async () => {
    const until = performance.now() + MINUTES * 60_000;
    const middle = performance.now() + MINUTES * 30_000;
    let days = 0;
    let half: Awaited<ReturnType<typeof sizes>> | null = null;
    while (performance.now() < until || days < 12) {
      await oneDay([GRACE, HEDY, MARGARET][days % 3]!, days);
      days += 1;
      if (!half && performance.now() > middle && days >= 6) half = await sizes(days);
    }
    const end = await sizes(days);
    expect(end.heapMb - half!.heapMb, `${half!.heapMb} MB, then ${end.heapMb} MB after ${days} days`).toBeLessThan(
      GROWTH_MB,
    );
    expect(end.descriptors - half!.descriptors).toBeLessThan(20);
    const grown = Object.entries(end.tables).filter(([name, rows]) => rows > half!.tables[name]! * 1.2 + 20);
    expect(grown).toEqual([]);
  },
  MINUTES * 60_000 * 1.5 + 120_000,
);
