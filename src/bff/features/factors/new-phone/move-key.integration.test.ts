import { beforeEach, expect, test } from 'vitest';
import { createSecurityKey, type SecurityKey } from '#okta-emulator/testing/security-key.ts';
import { withKey } from '#testing/security-methods.ts';
import { GRACE, testEnv, type FaultSpec, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

/** Authenticator data flags: user present and verified, backup eligible and backed up. */
const SYNCED = 0x59;

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
/** `old`: on the old phone only. `synced`: also on the new phone. */
let old: string;
let synced: { factorId: string; key: SecurityKey };
beforeEach(async () => {
  portal = await env.fresh();
  ({ factorId: old } = await withKey(env, portal, GRACE));
  synced = await withKey(env, portal, GRACE);
  // Reconciliation must not take these two keys for the new one.
  env.advance(60);
  grace = await portal.signedIn(GRACE);
  const { user_id: userId } = (await portal.app.services.sessions.find(grace.token()!, false))!;
  await portal.app.services.notes.change(userId, synced.factorId, [synced.factorId], { backup: 'synced' });
});

const keysOf = async (who = grace) =>
  ((await who.call('listFactors')).body.factors as { id: string; kind: string; status: string; name: string }[]).filter(
    ({ kind, status }) => kind === 'webauthn' && status === 'ACTIVE',
  );
async function state(who = grace): Promise<'open' | 'added' | 'moved'> {
  const keys = await keysOf(who);
  if (!keys.some(({ id }) => id === old)) return 'moved';
  return keys.length > 2 ? 'added' : 'open';
}
async function sign(purpose?: string, who = grace) {
  const body = purpose === undefined ? {} : { purpose };
  const { factorId, key } = synced;
  const asked = await who.call('verifyFactor', { factorId }, { body });
  if (asked.status !== 200) return said(asked);
  const { challenge } = asked.body.challenge.options as { challenge: string };
  return said(await who.call('verifyFactor', { factorId }, { body: { ...key.assert(challenge), ...body } }));
}
const begin = (who = grace) => who.call('enrollFactor', {}, { body: { kind: 'webauthn' } });
/** Steps up with the synced key if the portal requires it. */
async function begun(who = grace) {
  const first = await begin(who);
  if (first.status === 201) return first;
  expect(said(first)).toBe('403 step_up_required');
  expect(first.body.error).toMatchObject({ purpose: 'enroll:webauthn', strength: 4 });
  expect(await sign('enroll:webauthn', who)).toBe('200');
  const made = await begin(who);
  expect(said(made)).toBe('201');
  return made;
}
function making(made: Awaited<ReturnType<typeof begin>>, who = grace) {
  const { factor, activation } = made.body;
  const body = createSecurityKey({ origin: portal.base }).register(activation.options.challenge, { flags: SYNCED });
  return () => who.call('activateFactor', { factorId: factor.id }, { body });
}
const remove = (who = grace) => who.call('deleteFactor', { factorId: old });
async function removed(who = grace) {
  const first = await remove(who);
  if (first.status === 403) {
    expect(first.body.error).toMatchObject({ code: 'step_up_required', purpose: `remove:${old}` });
    expect(await sign(`remove:${old}`, who)).toBe('200');
  }
  return first.status === 403 ? remove(who) : first;
}
const subjects = async () => {
  await portal.app.services.outbox.flush();
  const sent = await portal.store.selectFrom('outbox').select('subject').where('address', '=', GRACE).execute();
  return sent.map(({ subject }) => subject.replace(/^.* was /, '')).sort();
};
async function finish(who = grace) {
  if ((await state(who)) === 'open') expect(said(await making(await begun(who), who)())).toBe('200');
  if ((await state(who)) === 'added') expect(said(await removed(who))).toBe('204');
  expect(await sign(undefined, who)).toBe('200');
  expect(await state(who)).toBe('moved');
  expect((await keysOf(who)).map(({ id }) => id)).toContain(synced.factorId);
  expect(await subjects()).toEqual(['added to your account', 'removed from your account']);
}

test('the new key first, then the old one goes, and a synced one stays once it was tested', async () => {
  const { methods } = (await grace.call('getNewPhone')).body as { methods: { factor: { id: string } }[] };
  const listed = (factorId: string) => methods.find(({ factor }) => factor.id === factorId);
  expect(listed(old)).toMatchObject({ way: 'add', onPhone: true });
  // A synced key is already on the new phone.
  expect(listed(synced.factorId)).toMatchObject({ way: 'add', onPhone: false });
  await env.takeRequests();
  const { body } = await making(await begun())();
  await grace.call('nameFactor', { factorId: body.factor.id }, { body: { name: 'New phone' } });
  const calls = (await env.takeRequests()).map(({ method }) => method);
  expect(calls).not.toContain('DELETE');
  expect(await state()).toBe('added');
  await finish();
});

test('left while the new phone is asked for its key, it goes on in another browser', async () => {
  await begun();
  const other = await portal.signedIn(GRACE);
  expect(await state(other)).toBe('open');
  expect(said(await making(await begun(other), other)())).toBe('200');
  const third = await portal.signedIn(GRACE);
  expect(await state(third)).toBe('added');
  await finish(third);
});

test('without the old phone and without another key nobody moves it: what is weaker asks the helpdesk', async () => {
  await portal.stepUp(grace, `remove:${synced.factorId}`, 4);
  expect(said(await grace.call('deleteFactor', { factorId: synced.factorId }))).toBe('204');
  const refused = await begin();
  expect(refused.body.error).toMatchObject({ code: 'step_up_required', strength: 4 });
  const kinds = (refused.body.error.options as { kind?: string }[]).map(({ kind }) => kind ?? 'okta');
  expect(kinds).toEqual(['webauthn', 'okta']);
  for (const strength of [1, 2, 3]) await portal.stepUp(grace, 'enroll:webauthn', strength);
  expect(said(await begin())).toBe('403 step_up_required');
});

type Step = 'begin' | 'activate' | 'remove' | 'test';
const factors = '/api/v1/users/*/factors';
const refused = { status: 403, body: { errorCode: 'E0000006', errorCauses: [] } };
test.each<[what: string, step: Step, fault: FaultSpec, left: string]>([
  ['reading the methods', 'begin', { match: `GET ${factors}`, status: 503, times: 9 }, 'open'],
  ['beginning the new one', 'begin', { match: `POST ${factors}`, status: 500 }, 'open'],
  ['beginning the new one, and the answer is lost', 'begin', { match: `POST ${factors}`, cut: 'after' }, 'open'],
  ['turning it on', 'activate', { match: `POST ${factors}/*/lifecycle/activate`, status: 503 }, 'open'],
  [
    'turning it on, before it happens',
    'activate',
    { match: `POST ${factors}/*/lifecycle/activate`, cut: 'before' },
    'open',
  ],
  [
    'turning it on, and the answer is lost',
    'activate',
    { match: `POST ${factors}/*/lifecycle/activate`, cut: 'after' },
    'added',
  ],
  ['removing the old one, certainly', 'remove', { match: `DELETE ${factors}/*`, ...refused }, 'added'],
  ['removing the old one, before it happens', 'remove', { match: `DELETE ${factors}/*`, cut: 'before' }, 'added'],
  ['removing the old one, and the answer is lost', 'remove', { match: `DELETE ${factors}/*`, cut: 'after' }, 'moved'],
  ['testing the one that stays', 'test', { match: `POST ${factors}/*/verify`, status: 503, times: 2 }, 'moved'],
])('goes on after the org failed at %s', async (_what, step, fault, left) => {
  let again = async (): Promise<void> => {};
  const failing = async (call: () => Promise<{ status: number }>) => {
    await env.fault(fault);
    expect((await call()).status).toBeGreaterThanOrEqual(400);
    await env.clearFaults();
    await portal.app.reconcile();
  };
  if (step === 'begin') {
    expect(await sign('enroll:webauthn')).toBe('200');
    await failing(begin);
  } else if (step === 'activate') {
    const send = making(await begun());
    await failing(send);
    // `already_enrolled` tells the page that Okta accepted the key the first time.
    again = async () => expect(said(await send())).toBe(left === 'added' ? '409 already_enrolled' : '200');
  } else {
    expect(said(await making(await begun())())).toBe('200');
    if (step === 'remove') {
      expect(await sign(`remove:${old}`)).toBe('200');
      await failing(remove);
    } else {
      expect(said(await removed())).toBe('204');
      await failing(async () => ({ status: Number((await sign()).slice(0, 3)) }));
    }
  }
  expect(await state()).toBe(left);
  await again();
  await finish();
});
