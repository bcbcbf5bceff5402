import { beforeEach, expect, test } from 'vitest';
import { findId, withPush } from '#testing/security-methods.ts';
import { ADA, GRACE, KATHERINE, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
beforeEach(async () => {
  portal = await env.fresh();
  grace = await portal.signedIn(GRACE);
});

const name = (factorId: string, given: string, who = grace) =>
  who.call('nameFactor', { factorId }, { body: { name: given } });
const names = async (who = grace) =>
  ((await who.call('listFactors')).body.factors as { name: string | null }[]).map((one) => one.name);
const rows = () => portal.store.selectFrom('factor_notes').select(['factor_id', 'name']).execute();

test('a person’s name for a method is shown everywhere, and an empty one removes it', async () => {
  const id = await findId(grace, 'totp');
  expect((await name(id, '  My work phone ')).body.factor).toMatchObject({
    id,
    name: 'My work phone',
    kind: 'totp',
  });
  expect(await names()).toEqual(['My work phone', null]);
  expect((await grace.call('getHome')).body.factors[0].name).toBe('My work phone');
  const other = await findId(grace, 'okta-verify');
  const detail = (await grace.call('getFactor', { factorId: other })).body;
  expect(detail.removal.keeps).toEqual([{ kind: 'totp', name: 'My work phone' }]);
  expect(detail.removal.options.map((option: { name?: string }) => option.name)).toContain('My work phone');
  expect((await name(id, 'Another')).body.factor.name).toBe('Another');
  expect((await name(id, '')).body.factor).toMatchObject({ name: null });
  expect(await rows()).toEqual([]);
});

test('are read with the session: each of the person’s own, whatever their number, and nobody else’s', async () => {
  const found = async (who: Visitor) => (await portal.app.services.sessions.find(who.token()!, false))?.records?.notes;
  const ada = await portal.signedIn(ADA);
  expect([await found(grace), await found(ada)]).toEqual([new Map(), new Map()]);
  const [totp, push] = [await findId(grace, 'totp'), await findId(grace, 'okta-verify')];
  await name(totp, 'Phone');
  const note = (given: string) => ({
    name: given,
    aaguid: null,
    backup: null,
    made_on: null,
    used_at: null,
  });
  expect([await found(grace), await found(ada)]).toEqual([new Map([[totp, note('Phone')]]), new Map()]);
  await name(push, 'Tablet');
  expect([await found(grace), await found(ada)]).toEqual([
    new Map([
      [totp, note('Phone')],
      [push, note('Tablet')],
    ]),
    new Map(),
  ]);
  const other = await portal.signedIn(GRACE);
  expect(await found(other)).toEqual(await found(grace));
  expect(await names(other)).toEqual(['Phone', 'Tablet']);
});

test('all members of Okta Verify share one name', async () => {
  const push = await withPush(env, ADA);
  const ada = await portal.signedIn(ADA);
  const members = (await env.phone(ADA)).map(({ factorId }) => factorId).filter((id) => id !== push);
  expect(said(await name(members[0]!, 'Blue phone', ada))).toBe('200');
  expect(said(await name(push, 'Red phone', ada))).toBe('200');
  expect(await names(ada)).toEqual(['Red phone']);
  expect(await rows()).toEqual([{ factor_id: push, name: 'Red phone' }]);
});

test('disappears with its factor: the notification has it after a removal here; after one elsewhere the next read deletes it', async () => {
  const id = await findId(grace, 'totp');
  const other = await findId(grace, 'okta-verify');
  await name(id, 'My work phone');
  await name(other, 'Old tablet');
  await portal.stepUp(grace, `remove:${id}`, 4);
  expect(said(await grace.call('deleteFactor', { factorId: id }))).toBe('204');
  await portal.app.services.outbox.flush();
  expect((await env.emails(GRACE))[0]!.text).toContain(
    'My work phone (Authenticator app) was removed from your account',
  );
  expect(await rows()).toEqual([{ factor_id: other, name: 'Old tablet' }]);
  // A list with unreadable entries does not prove that a factor was deleted at Okta.
  await env.fault({
    match: 'GET /api/v1/users/*/factors',
    status: 200,
    body: [{ id: 'x' }, { id: 'uft00000000000000009', factorType: 'sms', status: 'ACTIVE' }],
  });
  await grace.call('listFactors');
  expect(await rows()).toHaveLength(1);
  await env.fault({ match: 'GET /api/v1/users/*/factors', status: 200, body: [] });
  await grace.call('listFactors');
  expect(await rows()).toEqual([]);
});

test('can only be set by its owner, is not in the audit log, and stays text', async () => {
  const [katherines] = await env.phone(KATHERINE);
  expect(said(await name(katherines!.factorId, 'Mine now'))).toBe('404 not_found');
  const id = await findId(grace, 'totp');
  for (const bad of ['x'.repeat(41), 'a\nb', 'a\u202Eb', 'a\u0000', 'a\u200Bb'])
    expect([bad, said(await name(id, bad))]).toEqual([bad, '400 bad_request']);
  await env.takeRequests();
  await name(id, 'Very private');
  expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  const auditRows = await portal.auditRows({ event: 'user.mfa.factor.rename' });
  expect(auditRows).toMatchObject([{ outcome: 'success', factor_id: id, reason: 'named' }]);
  expect(JSON.stringify(auditRows)).not.toContain('Very private');
});
