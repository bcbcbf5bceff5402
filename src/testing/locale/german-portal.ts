import { createServer } from 'vite';
import type { PageRenderer } from '#contract/page.ts';
import { signInAgent } from '#bff/features/helpdesk/testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '#bff/features/helpdesk/testing/helpdesk-fixture.ts';
import { exchange } from '../visitor.ts';
import { GRACE, HEDY, MARGARET, startTestEnv } from '../test-env.ts';

// Runs in a copy of the sources that has the locale `de`: see another-locale.system.test.ts.

const vite = await createServer({ logLevel: 'error', server: { middlewareMode: true, ws: false, watch: null } });
const { render } = (await vite.ssrLoadModule('/src/web/testing/render.ts')) as { render: PageRenderer };
const env = await startTestEnv();
const pages = { render, build: 'b', assets: null };
const portal = await env.fresh({
  app: { pages, helpdesk: helpdeskOfDemo(env) },
  settings: { rateLimits: true, signInRate: 30 },
});

/** Returns the language and the text of a page, and the cookie that it sets. */
async function read(who: ReturnType<typeof portal.visitor>, path: string, headers: Record<string, string> = {}) {
  const reply = await who.raw({ method: 'GET', path, headers: { accept: 'text/html', ...headers } });
  const cookie = [reply.headers['set-cookie']].flat().find((one) => one?.includes('-locale='));
  const [, lang, dir] = /<html lang="([^"]*)"(?: dir="([^"]*)")?/.exec(reply.text) ?? [];
  return { status: reply.status, lang, dir, cookie, german: reply.text.includes('⟦'), text: reply.text };
}

const isReset = ({ text }: { text: string }) => /helpdesk of .* reset/.test(text);
const isGerman = ({ text }: { text: string }) => text.includes('⟦');

try {
  const about: Record<string, unknown> = {};
  const setLanguage = async (login: string, profile: Record<string, string>) => {
    const { url, apiToken } = env.emulator;
    const headers = { authorization: `SSWS ${apiToken}`, 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify({ profile }) };
    const { status } = await fetch(`${url}/api/v1/users/${login}`, sent);
    if (status !== 200) throw new Error(`the emulator answered ${status}`);
  };
  await setLanguage(GRACE, { preferredLanguage: 'de-AT' });
  const grace = await portal.signedIn(GRACE);
  const page = await read(grace, '/sessions', { 'accept-language': 'en' });
  about['page'] = { ...page, text: page.text.includes('Nur an diesem Ort.') };
  const { text: _text, ...chosen } = await read(grace, '/sessions?lang=en');
  about['chosen'] = chosen;
  about['kept'] = (await read(grace, '/sessions', { 'accept-language': 'de' })).lang;
  const lost = portal.visitor();
  const error = await read(lost, '/nothing-here?lang=xx', { 'accept-language': 'fr;q=1, de-CH;q=0.7, en;q=0.1' });
  about['error'] = [error.status, error.lang, error.german, error.cookie];
  about['sources'] = await Promise.all(
    [
      ['/nothing-here?lang=de', 'en'],
      ['/nothing-here?lang=de&lang=de', 'en'],
      [`/nothing-here?lang=de-${'x'.repeat(40)}`, 'en'],
      ['/nothing-here', 'de;q=0, en;q=0.5'],
      ['/nothing-here', 'en;q=0.5, de'],
      ['/nothing-here', ''],
    ].map(async ([path, language]) => (await read(portal.visitor(), path!, { 'accept-language': language! })).lang),
  );
  // An agent whose own language is English resets Grace, whose is German; a German one Margaret.
  const resetBy = async (language: string, login: string) => {
    await setLanguage(HEDY, { preferredLanguage: language });
    const hedy = await signInAgent(portal, HEDY);
    const { body } = await hedy.reset(await personId(portal, login), { reason: 'other', note: 'abroad' });
    await portal.app.services.outbox.flush();
    return [(body as { status: string }).status, (await env.emails(login)).filter(isReset).map(isGerman)];
  };
  // An address of a profile that was changed in the last seven days gets no code, so an approver would decide.
  env.advance(8 * 24 * 3600);
  about['resets'] = [await resetBy('en', GRACE), await resetBy('de', MARGARET)];
  const code = await (await portal.signedIn(GRACE)).call('freezeMyself');
  await portal.app.services.outbox.flush();
  const emails = await env.emails(GRACE);
  about['email'] = [code.status, emails.filter((email) => !isReset(email)).map(isGerman)];
  // The link in the email about her reset freezes without asking Okta, and without a session.
  await portal.app.services.helpdeskServices.freezes.unfreeze(await personId(portal, GRACE));
  const path = /\/freeze\/[\w-]{43}/.exec(emails.find(isReset)!.text)![0];
  const form = {
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
    origin: portal.base,
  };
  const pressed = await exchange(portal.base, { method: 'POST', path, headers: form });
  await portal.app.services.outbox.flush();
  // The newest comes first.
  const newest = (await env.emails(GRACE)).slice(0, -emails.length);
  about['link'] = [pressed.status, newest.map(isGerman)];
  let busy = await read(lost, '/nothing-here', { 'accept-language': 'de' });
  // The first answers over the limit are drawn, the later ones are the fixed page.
  for (let n = 0; n < 200 && (busy.status !== 429 || busy.text.length > 600); n += 1)
    busy = await read(lost, '/nothing-here', { 'accept-language': 'de' });
  about['busy'] = [busy.status, busy.lang, busy.german];
  process.stdout.write(`${JSON.stringify(about)}\n`);
} finally {
  await env.close();
  await vite.close();
}
process.exit(0);
