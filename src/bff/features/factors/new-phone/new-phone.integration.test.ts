import { beforeEach, expect, test } from 'vitest';
import { findId, withKey } from '#testing/security-methods.ts';
import { GRACE, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

type Listed = { factor: { id: string; kind: string }; factorIds: string[]; onPhone: boolean; spare: boolean };
const shownTo = async (login: string) =>
  (await (await portal.signedIn(login)).call('getNewPhone')).body as { methods: Listed[]; elsewhere: object[] };

test('says what is on the phone, how each is replaced, and whether another one stands in meanwhile', async () => {
  const { factorId } = await withKey(env, portal, MARGARET);
  const { methods, elsewhere } = await shownTo(MARGARET);
  const rows = methods.map(({ factor, onPhone, spare, ...way }) => [factor.kind, onPhone, spare, way]);
  expect(rows).toEqual(
    expect.arrayContaining([
      ['sms', true, true, { factorIds: expect.any(Array), way: 'replace' }],
      ['call', true, true, { factorIds: expect.any(Array), way: 'replace' }],
      ['email', false, true, { factorIds: expect.any(Array), way: 'add' }],
    ]),
  );
  // The key's location is unknown, so it may be on the phone.
  expect(methods.find(({ factor }) => factor.id === factorId)).toMatchObject({ onPhone: true, factorIds: [factorId] });
  expect(elsewhere).toEqual([]);
});

test('lists nothing that is unfinished, and reading it changes nothing', async () => {
  const grace = await portal.signedIn(GRACE);
  const totp = await findId(grace, 'totp');
  await portal.stepUp(grace, `replace:${totp}`, 3);
  await grace.call('replaceFactor', { factorId: totp }, { body: { kind: 'totp' } });
  await env.takeRequests();
  expect((await shownTo(GRACE)).methods.map(({ factor }) => factor.kind)).toEqual(['okta-verify']);
  expect(
    (await env.takeRequests()).filter(({ method, path }) => method !== 'GET' && path.includes('/factors')),
  ).toEqual([]);
});

test('what could never be seen to move is named: Okta’s API neither enrolls nor verifies Duo', async () => {
  const { methods, elsewhere } = await shownTo('radia@example.com');
  expect(elsewhere).toEqual([{ kind: 'duo', name: null }]);
  const kinds = methods.map(({ factor }) => factor.kind);
  expect(kinds).toContain('yubikey');
  for (const kind of ['duo', 'claims-provider', 'u2f', 'unknown']) expect(kinds).not.toContain(kind);
});
