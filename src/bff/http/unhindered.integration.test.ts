import { beforeEach, expect, test } from 'vitest';
import { GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { readContents } from '#testing/store-contents.ts';
import type { Visitor } from '#testing/visitor.ts';
import { endpointRows } from '../endpoint-rows.ts';

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
let other: string;
beforeEach(async () => {
  portal = await env.fresh({ settings: { rateLimits: true } });
  await portal.signedIn(GRACE);
  grace = await portal.signedIn(GRACE);
  const { sessions } = (await grace.call('listSessions')).body;
  other = sessions.find(({ current }: { current: boolean }) => !current).id;
});

/** A thief could use up a limit per person. */
const stops: Record<string, () => Promise<unknown>> = {
  freezeMyself: () => grace.call('freezeMyself'),
  endSession: () => grace.call('endSession', { id: other }),
  endOtherSessions: () => grace.call('endOtherSessions'),
  answerCallerVerification: () =>
    grace.call('answerCallerVerification', { id: 'A'.repeat(16) }, { body: { answer: 'no' } }),
};

test('[S9] the endpoints without a limit by person are those that stop a thief, each with a test of its rows', () => {
  const unhindered = Object.entries(endpointRows).flatMap(([name, { limit }]) =>
    limit === 'unhindered' ? [name] : [],
  );
  expect(unhindered.sort()).toEqual(Object.keys(stops).sort());
});

test.each([...Object.entries(stops), ['signOut', () => grace.signOut()] as const])(
  '[S9] %s adds no row by being repeated',
  async (_name, ask) => {
    const rows = async () => Object.values(await readContents(portal.store, 'write_checks')).flat().length;
    for (let times = 0; times < 3; times += 1) await ask();
    const before = await rows();
    for (let times = 0; times < 300; times += 20) await Promise.all(Array.from({ length: 20 }, ask));
    // The portal may still write rows about what a freeze does at Okta.
    expect((await rows()) - before).toBeLessThan(5);
  },
);

test('[S9] ending all other sessions refuses earlier sign-ins, also where nobody else is signed in', async () => {
  expect((await grace.call('endOtherSessions')).status).toBe(204);
  const thief = portal.visitor();
  const callback = await thief.password(await thief.begin(), GRACE);
  env.advance(5);
  expect((await grace.call('endOtherSessions')).status).toBe(204);
  expect(await portal.auditRows({ event: 'user.session.end_others' }, 'event')).toHaveLength(1);
  await thief.step(callback);
  expect(thief.token()).toBeUndefined();
});
