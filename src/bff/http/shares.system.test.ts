import { expect, test } from 'vitest';
import { ADA, GRACE, HEDY, testEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';

const LIMIT = 300;
const env = await testEnv({ rateLimit: LIMIT });
const portal = await env.fresh();

const inTurns = async (times: number, ask: () => Promise<string>, atOnce = 10): Promise<string[]> => {
  const received: string[] = [];
  for (let sent = 0; sent < times; sent += atOnce)
    received.push(...(await Promise.all(Array.from({ length: atOnce }, ask))));
  return received;
};

test('[B7] one person at full speed gets a time to try again, and others are not affected', async () => {
  const [ada, grace, hedy] = [await portal.signedIn(ADA), await portal.signedIn(GRACE), await portal.signedIn(HEDY)];
  const [method] = (await grace.call('listFactors')).body.factors;
  await env.takeRequests();
  const read = () => ada.call('listFactors').then(said);
  const detail = () => ada.call('getFactor', { factorId: method.id }).then(said);
  const rename = () => ada.call('nameFactor', { factorId: method.id }, { body: { name: 'Mine' } }).then(said);
  const page = () => ada.raw({ path: '/' }).then(said);
  const received = [
    ...(await inTurns(200, read)),
    ...(await inTurns(60, detail)),
    ...(await inTurns(60, rename)),
    ...(await inTurns(60, page)),
  ];
  expect(received.filter((one) => one === '429 busy').length).toBeGreaterThan(250);
  const refused = await ada.call('listFactors');
  expect(Date.parse(refused.body.error.retryAt) - env.clock.now()).toBeGreaterThan(0);
  expect(Date.parse(refused.body.error.retryAt) - env.clock.now()).toBeLessThanOrEqual(62_000);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  const asked = await env.takeRequests();
  expect(asked.filter(({ status }) => status === 429)).toEqual([]);
  expect(asked.length).toBeLessThanOrEqual(LIMIT / 5);
  expect(asked.length).toBeGreaterThan(LIMIT / 6);
  for (const other of [grace, hedy])
    expect((await inTurns(20, () => other.call('listFactors').then(said))).filter((one) => one !== '200')).toEqual([]);
  const [own] = (await grace.call('listFactors')).body.factors;
  expect(said(await grace.call('nameFactor', { factorId: own.id }, { body: { name: 'Mine' } }))).toBe('200');
  env.advance(62);
  expect(said(await ada.call('listFactors'))).toBe('200');
});

test('[B7] the helpdesk’s searches leave two thirds to everybody else', async () => {
  env.advance(120);
  const [hedy, grace] = [await portal.signedIn(HEDY), await portal.signedIn(GRACE)];
  await env.takeRequests();
  const search = (q: string) => hedy.call('searchPeople', {}, { query: { q } }).then(said);
  const received = await inTurns(60, () => search('example'), 1);
  expect(new Set(received)).toEqual(new Set(['200', '429 busy']));
  expect((await env.takeRequests()).length).toBeLessThanOrEqual(LIMIT / 3);
  expect(said(await grace.call('listFactors'))).toBe('200');
});

test('[B7] one person who signs in again and again takes two fifths of the limit at most', async () => {
  env.advance(120);
  const grace = await portal.signedIn(GRACE);
  await env.takeRequests();
  await inTurns(90, async () => String((await portal.visitor().signIn(ADA)).status), 5);
  // One fifth is for sign-ins, and one for what Ada's sessions read.
  expect((await env.takeRequests()).length).toBeLessThanOrEqual((2 * LIMIT) / 5);
  expect(said(await grace.call('listFactors'))).toBe('200');
});

test('[B7] whoever uses up a person’s share by a stolen session keeps nobody from signing in', async () => {
  // Ada's earlier sessions are idle now, and do not prevent new ones.
  env.advance(11 * 60);
  const thief = await portal.signedIn(ADA);
  const received = await inTurns(100, () => thief.call('listFactors').then(said));
  expect(received).toContain('429 busy');
  const owner = portal.visitor();
  await owner.signIn(ADA);
  expect(said(await owner.call('getSession'))).toBe('200');
});
