import { beforeEach, expect, test } from 'vitest';
import { findId } from '#testing/security-methods.ts';
import { recordStatements } from '#testing/statements/statement-log.ts';
import { ADA, GRACE, type Portal, testEnv } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const TOTP = { body: { kind: 'totp' } } as const;

/** What the list and the method's page say of the person's unfinished method. */
async function unfinished(who: Visitor): Promise<unknown[]> {
  const { factors } = (await who.call('getHome')).body as { factors: { id: string; status: string }[] };
  const found = factors.find(({ status }) => status === 'PENDING_ACTIVATION')!;
  const detail = (await who.call('getFactor', { factorId: found.id })).body;
  expect(detail.factor).toEqual(found);
  return [(found as { resumable?: string }).resumable, detail.enrollment !== null];
}

/** What the list and the new-phone page say of the person's open replacements. */
async function replacing(who: Visitor): Promise<unknown> {
  const [home, newPhone] = [await who.call('getHome'), await who.call('getNewPhone')];
  expect(newPhone.body.replacing).toEqual(home.body.replacing);
  return home.body.replacing;
}

test('an enrollment can be continued in the session that began it last, for ten minutes', async () => {
  const ada = await portal.signedIn(ADA);
  const other = await portal.signedIn(ADA);
  await ada.call('enrollFactor', {}, TOTP);
  expect([await unfinished(ada), await unfinished(other)]).toEqual([
    ['here', true],
    ['elsewhere', false],
  ]);
  const refused = await other.call('enrollFactor', {}, TOTP);
  expect([said(refused), refused.body.error.factorId]).toEqual(['409 open_elsewhere', undefined]);
  await other.call('enrollFactor', {}, { body: { ...TOTP.body, startOver: true } });
  expect([await unfinished(ada), await unfinished(other)]).toEqual([
    ['elsewhere', false],
    ['here', true],
  ]);
  env.advance(601);
  expect([await unfinished(ada), await unfinished(other)]).toEqual([
    ['nowhere', false],
    ['nowhere', false],
  ]);
});

test.each([
  ['push', 'totp'],
  ['totp', 'push'],
])('Okta Verify by %s, started over by %s in another session, can be continued there only', async (first, second) => {
  const ada = await portal.signedIn(ADA);
  const other = await portal.signedIn(ADA);
  const begun = await ada.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: first } });
  env.advance(1);
  const body = { kind: 'okta-verify', method: second, startOver: true };
  const { id } = (await other.call('enrollFactor', {}, { body })).body.factor;
  expect([await unfinished(ada), await unfinished(other)]).toEqual([
    ['elsewhere', false],
    ['here', true],
  ]);
  expect((await other.call('getHome')).body.factors).toMatchObject([{ id }]);
  const factorId = begun.body.factor.id;
  const finish = await (first === 'push'
    ? ada.call('pollActivation', { factorId })
    : ada.call('activateFactor', { factorId }, { body: { passCode: await env.code(ADA, 'OKTA') } }));
  expect(said(finish)).toBe('403 forbidden');
});

test('where the session that began it has ended, an enrollment can be continued nowhere', async () => {
  const ada = await portal.signedIn(ADA);
  await ada.call('enrollFactor', {}, TOTP);
  await ada.signOut();
  expect(await unfinished(await portal.signedIn(ADA))).toEqual(['nowhere', false]);
});

test('a key can be continued nowhere: the browser’s dialog makes it anew', async () => {
  const ada = await portal.signedIn(ADA);
  expect(said(await ada.call('enrollFactor', {}, { body: { kind: 'webauthn' } }))).toBe('201');
  expect([await unfinished(ada), await unfinished(await portal.signedIn(ADA))]).toEqual([
    ['nowhere', false],
    ['nowhere', false],
  ]);
});

test('a finished method says nothing', async () => {
  const { factors } = (await (await portal.signedIn(GRACE)).call('getHome')).body;
  for (const factor of factors) expect(factor).not.toHaveProperty('resumable');
});

test('a replacement can be continued where its enrollment can, before that in the session that has its grant', async () => {
  const grace = await portal.signedIn(GRACE);
  const other = await portal.signedIn(GRACE);
  const factorId = await findId(grace, 'totp');
  await portal.stepUp(grace, `replace:${factorId}`, 3);
  await env.fault({ match: 'POST /api/v1/users/*/factors', status: 503 });
  expect((await grace.call('replaceFactor', { factorId }, TOTP)).status).toBeGreaterThanOrEqual(500);
  const without = { kind: 'totp', factorId, left: false, newFactorId: null };
  expect(await replacing(grace)).toEqual([{ ...without, resumable: 'here' }]);
  // Nothing runs there that could be finished.
  expect(await replacing(other)).toEqual([{ ...without, resumable: 'nowhere' }]);

  const { id } = (await grace.call('replaceFactor', { factorId }, TOTP)).body.factor;
  expect(await replacing(grace)).toEqual([{ ...without, newFactorId: id, resumable: 'here' }]);
  expect(await replacing(other)).toEqual([{ ...without, newFactorId: id, resumable: 'elsewhere' }]);

  await portal.stepUp(other, 'enroll:totp', 3);
  const again = await other.call('enrollFactor', {}, { body: { ...TOTP.body, startOver: true } });
  const newFactorId = again.body.factor.id;
  expect(await replacing(grace)).toEqual([{ ...without, newFactorId, resumable: 'elsewhere' }]);
  expect(await replacing(other)).toEqual([{ ...without, newFactorId, resumable: 'here' }]);

  await other.call('deleteFactor', { factorId: newFactorId });
  expect(await replacing(other)).toEqual([{ ...without, resumable: 'nowhere' }]);
  expect(await replacing(grace)).toEqual([{ ...without, resumable: 'here' }]);
  await portal.stepUp(other, 'enroll:totp', 3);
  const last = (await other.call('enrollFactor', {}, TOTP)).body.factor.id;
  await other.signOut();
  expect(await replacing(grace)).toEqual([{ ...without, newFactorId: last, resumable: 'nowhere' }]);
  env.advance(601);
  expect(await replacing(grace)).toEqual([]);
});

test('a replacement whose session has ended can be continued nowhere', async () => {
  const grace = await portal.signedIn(GRACE);
  const factorId = await findId(grace, 'totp');
  await portal.stepUp(grace, `replace:${factorId}`, 3);
  await env.fault({ match: 'POST /api/v1/users/*/factors', status: 503 });
  await grace.call('replaceFactor', { factorId }, TOTP);
  await grace.signOut();
  expect(await replacing(await portal.signedIn(GRACE))).toMatchObject([{ newFactorId: null, resumable: 'nowhere' }]);
});

test('only a person with an unfinished method costs the list another statement', async () => {
  const count = async (who: Visitor): Promise<number> => {
    await who.call('getHome');
    return (await recordStatements(portal.store as never, () => who.call('getHome'))).length;
  };
  const ada = await portal.signedIn(ADA);
  const usual = await count(await portal.signedIn(GRACE));
  expect(await count(ada)).toBeLessThanOrEqual(usual + 1);
  const before = await count(ada);
  await ada.call('enrollFactor', {}, TOTP);
  expect(await count(ada)).toBe(before + 1);
});
