import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createClock } from '#clock';
import { allLostStored, answeredByOkta } from '#testing/security-methods.ts';
import { openTestStore } from '#testing/store.ts';
import { createSealer } from '../../../platform/store/secrets.ts';
import { createCallerVerifications } from '../caller-verification/caller-verifications.ts';

const SECRET = 'a secret of thirty-two bytes or more';
async function opened() {
  const store = await openTestStore();
  const clock = createClock(() => 1_800_000_000_000);
  return { store, clock };
}

it('[F13] a caller verification’s code is stored as an HMAC bound to it, which stays valid when the secret rotates', async () => {
  const { store, clock } = await opened();
  const callers = createCallerVerifications(store, clock, createSealer([SECRET]));
  const start = (agent: string) =>
    callers.start({ agent_id: agent, agent_name: agent, user_id: 'ada', type: 'own-session', ...allLostStored });
  const [one, other] = [await start('hedy'), await start('annie')];
  const { code } = (await callers.issueCode('ada', one.id, answeredByOkta))!;
  await callers.issueCode('ada', other.id, answeredByOkta);
  const kept = await store
    .selectFrom('caller_verifications')
    .select('code_mac')
    .where('id', '=', one.id)
    .executeTakeFirstOrThrow();
  expect(kept.code_mac).toMatch(/^[\w-]{8}\.[\w-]{43}$/);
  // With a plain hash, an attacker with a copy of the store could try all 2^32 codes in seconds.
  const plain = createHash('sha256').update(`${one.id} ${code}`).digest('base64url');
  expect(JSON.stringify(await store.selectFrom('caller_verifications').selectAll().execute())).not.toContain(plain);
  const rotated = createCallerVerifications(store, clock, createSealer(['another secret of thirty-two bytes', SECRET]));
  expect(await rotated.checkCode(one, code)).toEqual({ right: true, triesLeft: 4 });
  // A value is not valid in another row.
  await store.updateTable('caller_verifications').set({ code_mac: kept.code_mac }).where('id', '=', other.id).execute();
  expect(await callers.checkCode(other, code)).toEqual({ right: false, triesLeft: 4 });
});
