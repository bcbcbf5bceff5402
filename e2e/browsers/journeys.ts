import assert from 'node:assert/strict';
import { createVisitor } from '#testing/visitor.ts';
import type { Server } from '../fixtures/server.ts';
import { people, type Simulator } from '../fixtures/simulator.ts';
import type { BrowserPage } from './page.ts';

const AGENT = 'helpdesk@example.com';

type Journey = (page: BrowserPage, server: Server) => Promise<void>;

async function signIn(page: BrowserPage, server: Server, login: string, path: string): Promise<void> {
  await page.open(`${server.url}${path}`);
  await page.press('link', /^Sign in$/);
  await page.enter('Email address', login);
  await page.enter('Password', server.password);
  await page.press('button', /^Sign in$/);
}

async function appOf(simulator: Simulator, login: string, provider: 'GOOGLE' | 'OKTA'): Promise<string> {
  const found = (await simulator.authenticators(login)).find((one) => one.provider === provider);
  assert(found, `${login} has no app of ${provider}`);
  return found.factorId;
}

const providers = { 'Authenticator app': 'GOOGLE', 'Okta Verify': 'OKTA' } as const;

/** A new code takes half a minute of the portal's time, so it is requested only when the page waits for it. */
async function stepUp(page: BrowserPage, { simulator }: Server, name: keyof typeof providers): Promise<void> {
  await page.press('button', new RegExp(`^Use ${name}`));
  await page.sees('button', /^Confirm$/);
  await page.enter('Code', await simulator.freshCode(people.grace, providers[name]));
  await page.press('button', /^Confirm$/);
}

export const journeys: Record<string, Journey> = {
  'adds the first app': addsFirstApp,
  'removes a method': removesMethod,
  'moves to a new phone': movesToNewPhone,
  'answers the helpdesk on the caller’s page': answersHelpdesk,
};

async function addsFirstApp(page: BrowserPage, server: Server): Promise<void> {
  await signIn(page, server, people.ada, '/');
  await page.sees('heading', /^Only a password protects your account$/);
  await page.expectAccessible('list, empty');
  await page.press('link', /^Authenticator app/);
  await page.sees('text', /^Scan this with your app$/);
  await page.expectAccessible('enroll, QR');
  await page.enter('Code', await server.simulator.freshCode(people.ada));
  await page.press('button', /^Turn on$/);
  await page.sees('heading', /^Your authenticator app is on$/);
  await page.expectAccessible('enroll, done');
  await page.press('link', /^Back to your methods$/);
  await page.sees('heading', /^You have one way to verify it’s you$/);
  assert.deepEqual(
    (await server.simulator.authenticators(people.ada)).map(({ status }) => status),
    ['ACTIVE'],
  );
}

async function removesMethod(page: BrowserPage, server: Server): Promise<void> {
  const { simulator } = server;
  const id = await appOf(simulator, people.grace, 'OKTA');
  await signIn(page, server, people.grace, `/methods/${id}/remove`);
  await page.sees('heading', /^Remove Okta Verify\?$/);
  await page.expectAccessible('remove, prove');
  await page.press('button', /^Use another way$/);
  await stepUp(page, server, 'Authenticator app');
  await page.sees('button', /^Remove Okta Verify$/);
  await page.expectAccessible('remove, confirm');
  await page.press('button', /^Remove Okta Verify$/);
  await page.sees('text', /^Okta Verify is removed\.$/);
  await page.expectAccessible('list, removed');
  assert.equal((await simulator.authenticators(people.grace)).length, 1);
}

async function movesToNewPhone(page: BrowserPage, server: Server): Promise<void> {
  const { simulator } = server;
  const old = await appOf(simulator, people.grace, 'GOOGLE');
  await signIn(page, server, people.grace, '/');
  await page.press('button', /^Lost, stolen or new phone/);
  await page.press('link', /^I have a new phone/);
  await page.sees('heading', /^Your new phone$/);
  await page.expectAccessible('new phone');
  await page.press('link', /^Replace Authenticator app$/);
  await page.sees('heading', /^Move Authenticator app to your new phone$/);
  await page.expectAccessible('new phone, what happens');
  await stepUp(page, server, 'Okta Verify');
  await page.sees('text', /^Scan this with your app$/);
  await page.enter('Code', await simulator.freshCode(people.grace));
  await page.press('button', /^Turn on$/);
  await page.press('link', /^Back to your new phone$/);
  await page.sees('text', /^The new one works, and the old one is gone\./);
  await page.expectAccessible('new phone, one moved');
  assert.notEqual(await appOf(simulator, people.grace, 'GOOGLE'), old);
}

async function answersHelpdesk(page: BrowserPage, server: Server): Promise<void> {
  const { simulator, url, emulatorUrl, password } = server;
  const agent = createVisitor({ base: url, emulator: emulatorUrl, password });
  await agent.signIn(AGENT);
  const found = await agent.call('searchPeople', {}, { query: { q: people.grace } });
  const { people: results } = found.body as { people: { id: string }[] };
  const userId = results[0]!.id;
  const choice = { factorIds: [await appOf(simulator, people.grace, 'GOOGLE')], reason: 'lost' };
  const begun = await agent.call('startCallerVerification', { userId }, { body: { type: 'own-session', choice } });
  const { id } = begun.body as { id: string };

  await signIn(page, server, people.grace, '/');
  await page.press('link', /^Yes, show me$/);
  await page.sees('heading', /^Did you call the helpdesk\?$/);
  await page.expectAccessible('caller verification');
  await page.press('button', /^Yes, I called$/);
  await stepUp(page, server, 'Okta Verify');
  await page.sees('heading', /^Read this code to the helpdesk$/);
  await page.expectAccessible('caller verification, code');
  const shown = await page.driver.evaluate<string>('document.querySelector("p[translate=no]").textContent');
  const checked = await agent.call('checkCallerCode', { userId, id }, { body: { code: shown.replaceAll(/\s/g, '') } });
  assert.equal((checked.body as { status?: string }).status, 'verified', checked.text);
}
