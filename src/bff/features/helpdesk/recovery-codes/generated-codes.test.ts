import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createClock } from '#clock';
import { allLostStored, answeredByOkta } from '#testing/security-methods.ts';
import { openTestStore } from '#testing/store.ts';
import type { Session } from '../../../identity/sessions/sessions.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import { createSealer } from '../../../platform/store/secrets.ts';
import { createCallerVerifications } from '../caller-verification/caller-verifications.ts';
import { createRecoveryCodes } from './recovery-codes.ts';

const SECRET = 'a secret of thirty-two bytes or more';
async function opened() {
  const store = await openTestStore();
  const clock = createClock(() => 1_800_000_000_000);
  return { store, clock };
}
const tally = (outcomes: string[]) =>
  Object.fromEntries([...new Set(outcomes)].map((one) => [one, outcomes.filter((other) => other === one).length]));

it('[B1] one recovery code entered in two sessions at once works in one of them', async () => {
  const { store, clock } = await opened();
  const recoveryCodes = createRecoveryCodes(store, clock, createSealer([SECRET]));
  const { code, keep } = recoveryCodes.make('ada', { approvalId: null, inPerson: false });
  await changeStore(store, keep);
  const give = (id: string) =>
    recoveryCodes.redeem({ id, user_id: 'ada' } as Session, code).then(
      () => 'let in',
      () => 'refused',
    );
  expect(tally(await Promise.all(['s1', 's2', 's3'].map(give)))).toEqual({ 'let in': 1, refused: 2 });
});

it('[B1] of 50 concurrent guesses at a caller verification’s code 5 are compared, and the right one after them is refused', async () => {
  const { store, clock } = await opened();
  const callers = createCallerVerifications(store, clock, createSealer([SECRET]));
  const verification = { agent_id: 'hedy', agent_name: 'Hedy', user_id: 'ada', type: 'own-session' } as const;
  const asked = await callers.start({ ...verification, ...allLostStored });
  const { code } = (await callers.issueCode('ada', asked.id, answeredByOkta))!;
  const outcomes = await Promise.all([
    ...Array.from({ length: 50 }, (_, n) => callers.checkCode(asked, `WRONG${n}`)),
    callers.checkCode(asked, code),
  ]);
  expect(outcomes.filter((one) => one !== null)).toHaveLength(5);
  expect(outcomes.some((one) => one?.right)).toBe(false);
});

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
