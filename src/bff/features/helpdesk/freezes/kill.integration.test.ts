import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PurposeText } from '#contract/purposes.ts';
import { ensureBuilt, startServerProcess, type ServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/free-port.ts';
import { GRACE } from '#testing/test-env.ts';
import { signedInAt } from '#testing/visitor.ts';
import { openTestStore } from '#testing/store.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import type { Store } from '../../../platform/store/open.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const PATIENCE = 240_000;

const folder = temporaryFolder();
let ports: { port: number; emulatorPort: number };
let server: ServerProcess;
let store: Store;
beforeAll(async () => {
  await ensureBuilt();
  ports = { port: await freePort(), emulatorPort: await freePort() };
  server = await startServerProcess({ ...ports, folder });
  store = await openTestStore(folder);
}, PATIENCE);
afterAll(async () => {
  await server?.kill();
  await store?.destroy();
});

async function simulator(path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const url = `${server.emulator}/simulator/api${path}`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
}

test('killed right after a freeze: the next portal cancels what had begun', { timeout: PATIENCE }, async () => {
  const [thief, owner] = [await signedInAt(server, GRACE), await signedInAt(server, GRACE)];
  const sessions = await store.selectFrom('sessions').select('id').where('login', '=', GRACE).execute();
  const stepUp = async (purpose: PurposeText) => {
    for (const { id } of sessions) {
      const proof = { id: `${purpose} ${id}`, session_id: id, purpose, strength: 3, consumed_at: null };
      await store
        .insertInto('step_ups')
        .values({ ...proof, expires_at: Date.now() + 300_000 })
        .execute();
    }
  };
  const there = (await thief.call('listFactors')).body.factors as { id: string; kind: string }[];
  const verify = there.find(({ kind }) => kind === 'okta-verify')!;
  await stepUp(`remove:${verify.id}`);
  expect((await thief.call('deleteFactor', { factorId: verify.id })).status).toBe(204);
  await stepUp('enroll:okta-verify');
  const begun = await thief.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'push' } });
  expect(begun.status).toBe(201);
  const factorId = begun.body.factor.id as string;
  // The delay lets the kill come before Okta's answers.
  await simulator('/faults', { match: `* /api/v1/users/*`, times: 1000, delayMs: 5000 });
  expect((await owner.call('freezeMyself')).status).toBe(204);
  await server.kill();
  expect(await store.selectFrom('freezes').select('user_id').execute()).toHaveLength(1);
  expect(await store.selectFrom('tasks').select('user_id').where('kind', '=', 'cancel').execute()).toHaveLength(1);
  await store.updateTable('locks').set({ expires_at: 0 }).execute();
  server = await startServerProcess({ ...ports, folder });
  const left = () => store.selectFrom('tasks').select('user_id').where('kind', '=', 'cancel').execute();
  await expect.poll(left, { interval: 100 }).toEqual([]);
  const again = await signedInAt(server, GRACE);
  const factors = (await again.call('listFactors')).body.factors as { id: string }[];
  expect(factors.some(({ id }) => id === factorId)).toBe(false);
  expect(await verifyAuditLog(store)).toBeNull();
});
