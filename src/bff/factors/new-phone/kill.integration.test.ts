import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { idOf } from '#testing/security-methods.ts';
import { ensureBuilt, startServerProcess, type ServerProcess } from '#testing/server-process.ts';
import { openTestStore } from '#testing/store.ts';
import { GRACE } from '#testing/test-env.ts';
import { createVisitor, said } from '#testing/visitor.ts';
import { verifyAuditLog } from '../../audit-log/verify-log.ts';
import type { Store } from '../../store/open.ts';

const PATIENCE = 120_000;
let folder: string;
let ports: { port: number; emulatorPort: number };
let server: ServerProcess;
let store: Store;
beforeAll(async () => {
  await ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'latchkey-replace-'));
  ports = { port: await freePort(), emulatorPort: await freePort() };
  server = await startServerProcess({ ...ports, folder });
  store = await openTestStore(folder);
}, PATIENCE);
afterAll(async () => {
  await server?.kill();
  await store?.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const simulator = (path: string, body: object) =>
  fetch(`${server.emulator}/simulator/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const rows = () => store.selectFrom('audit_log').selectAll().where('type', '!=', 'event').orderBy('seq').execute();
const newRows = async (before: number) =>
  (await rows())
    .slice(before)
    .map(({ type, event, outcome }) => [type, event.slice(16), outcome].filter(Boolean).join(' '));

// In the first the old method is being removed; in the second it is gone, and the new one is being enrolled.
test.each([
  ['totp', 'DELETE /api/v1/users/*/factors/*', 1],
  ['okta-verify', 'POST /api/v1/users/*/factors', 3],
] as const)(
  '[D1] killed while it replaces %s, at %s: the same session goes on, and the log says what happened',
  { timeout: PATIENCE },
  async (kind, match, until) => {
    const grace = createVisitor(server);
    await grace.signIn(GRACE);
    const old = await idOf(grace, kind);
    const body = kind === 'totp' ? { kind } : { kind, method: 'totp' };
    const { id } = await store
      .selectFrom('sessions')
      .select('id')
      .where('login', '=', GRACE)
      .orderBy('created_at', 'desc')
      .executeTakeFirstOrThrow();
    const stepUp = { session_id: id, strength: 3, expires_at: Date.now() + 300_000, consumed_at: null };
    await store
      .insertInto('step_ups')
      .values({ ...stepUp, id: `step-up-${kind}`, purpose: `replace:${old}` })
      .execute();
    const before = (await rows()).length;
    await simulator('/faults', { match, delayMs: 4000 });
    const going = grace.call('replaceFactor', { factorId: old }, { body }).catch(() => null);
    await expect.poll(async () => (await rows()).length - before, { timeout: 20_000, interval: 5 }).toBe(until);
    await server.kill();
    await going;
    await store.updateTable('locks').set({ expires_at: 0 }).execute();
    server = await startServerProcess({ ...ports, folder });
    await expect.poll(async () => (await newRows(before)).length, { timeout: 20_000, interval: 20 }).toBe(until + 1);
    expect(await newRows(before)).toEqual(
      until === 1
        ? ['intent deactivate', expect.stringMatching(/^outcome deactivate (?:success|failure)$/)]
        : [
            'intent deactivate',
            'outcome deactivate success',
            'intent enroll',
            expect.stringMatching(/^outcome enroll (?:success|failure)$/),
          ],
    );
    const isGone = !(await grace.call('listFactors')).body.factors.some((one: { id: string }) => one.id === old);
    expect((await newRows(before))[1]).toBe(`outcome deactivate ${isGone ? 'success' : 'failure'}`);
    const sent = await store.selectFrom('outbox').select('subject').where('address', '=', GRACE).execute();
    expect(sent.filter(({ subject }) => subject.includes('removed'))).toEqual([]);
    // Only what is still there takes a new step-up.
    if (!isGone)
      await store
        .insertInto('step_ups')
        .values({ ...stepUp, id: `again-${kind}`, purpose: `replace:${old}` })
        .execute();
    const again = await grace.call('replaceFactor', { factorId: old }, { body });
    expect([said(again), again.body.activation?.how]).toEqual(['201', 'secret']);
    const phone = await fetch(`${server.emulator}/simulator/api/authenticators?user=${GRACE}`);
    const shown = (await phone.json()) as { factorId: string; code: string }[];
    const { id: factorId } = again.body.factor as { id: string };
    const passCode = shown.find((one) => one.factorId === factorId)!.code;
    expect(said(await grace.call('activateFactor', { factorId }, { body: { passCode } }))).toBe('200');
    expect(await verifyAuditLog(store)).toBeNull();
  },
);
