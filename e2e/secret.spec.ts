import type { BrowserContext, Page } from '@playwright/test';
import { factorId, proveHere, showQr, turnOn } from './fixtures/acts.ts';
import { alive, button, expect, heading, open, people, signIn, test } from './fixtures/index.ts';
import { readQr } from './fixtures/qr.ts';
import { parseOtpauth } from './fixtures/totp.ts';

type Heard = { what: string; text: string };

/** Everything that any server answers to this browser from now on, addresses and headers included. */
function listen(context: BrowserContext): () => Promise<Heard[]> {
  const heard: Promise<Heard>[] = [];
  context.on('requestfinished', (request) => {
    const what = `${request.method()} ${new URL(request.url()).pathname}`;
    const told = async (): Promise<Heard> => {
      const response = await request.response();
      const text = (await response?.text().catch(() => '')) ?? '';
      return { what, text: [request.url(), JSON.stringify(response?.headers()), text].join('\n') };
    };
    heard.push(told());
  });
  return () => Promise.all(heard);
}

/** All that the page still knows: DOM, storages, history, address, cookies, and the caches of queries and mutations. */
async function remains(page: Page): Promise<string> {
  const known = await page.evaluate(async () => {
    type Fiber = { memoizedProps?: Record<string, unknown> | null; child?: Fiber | null; stateNode?: { current?: Fiber } };
    type Client = Record<'getQueryCache' | 'getMutationCache', () => { getAll(): { state: unknown; options: unknown }[] }>;
    const root = document.getElementById('root')!;
    const key = Object.keys(root).find((name) => name.startsWith('__reactContainer$'))!;
    let fiber = (root as unknown as Record<string, Fiber>)[key]?.stateNode?.current;
    let client: Client | undefined;
    for (; fiber && !client; fiber = fiber.child ?? undefined) client = fiber.memoizedProps?.['client'] as Client | undefined;
    if (!client) throw new Error('the query client was not found');
    const cached = [...client.getQueryCache().getAll(), ...client.getMutationCache().getAll()].map(({ state }) => state);
    const names = Object.getOwnPropertyNames(window).filter((name) => typeof (window as never)[name] === 'string');
    return JSON.stringify({
      cached,
      html: document.documentElement.outerHTML,
      fields: [...document.querySelectorAll('input')].map(({ value }) => value),
      storage: [{ ...localStorage }, { ...sessionStorage }],
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      history: history.state,
      address: location.href,
      title: document.title,
      globals: names.map((name) => (window as never)[name]),
    });
  });
  return known + JSON.stringify(await page.context().cookies());
}

test('the secret is in the answer that brought it, and nowhere else, then and later', async ({ page, context, server, desk }) => {
  test.slow();
  const heard = listen(context);
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const first = parseOtpauth(await readQr(page)).secret;
  await turnOn(page, desk, 'Authenticator app');
  expect(await remains(page)).not.toContain(first);
  const id = await factorId(desk, people.ada, 'Authenticator app');

  await open(page, '/add/okta-verify');
  await page.getByRole('radio', { name: 'Codes only' }).check();
  await button(page, 'Show the QR code').click();
  await proveHere(page, desk, 'Authenticator app', people.ada);
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  const second = parseOtpauth(await readQr(page)).secret;
  await button(page, 'Cancel').click();
  await expect(heading(page, 'Your security methods')).toBeVisible();
  expect(await remains(page)).not.toContain(second);

  for (const path of ['/', '/add', `/methods/${id}`, `/methods/${id}/test`, `/methods/${id}/remove`, '/sessions', '/add/totp', '/add/okta-verify'])
    await open(page, path);
  for (const path of ['/api/home', '/api/factors', '/api/factors/catalog', `/api/factors/${id}`, '/api/session', '/api/sessions'])
    expect(await page.evaluate(async (url) => (await fetch(url)).status, path), path).toBe(200);

  for (const secret of [first, second]) {
    const told = (await heard()).filter(({ text }) => text.includes(secret)).map(({ what }) => what);
    expect(told).toEqual(['POST /api/factors']);
  }
  for (const { text } of await desk.messages(people.ada)) expect(text).not.toContain(first);
});

test('Back to a page put away does not bring the secret back', async ({ page, server }) => {
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const { secret } = parseOtpauth(await readQr(page));
  await page.goto('/healthz');
  await page.goBack();
  await alive(page);
  await expect(button(page, 'Show the QR code')).toBeVisible();
  expect(await remains(page)).not.toContain(secret);
});

test('no token of the org and no code of a person reaches the page', async ({ page, context, server, desk }) => {
  const heard = listen(context);
  await signIn(page, server, people.grace);
  await open(page, `/methods/${await factorId(desk, people.grace, 'Okta Verify')}/remove`);
  await proveHere(page, desk, 'Authenticator app', people.grace);
  await expect(button(page, 'Remove Okta Verify')).toBeVisible();
  const known = await remains(page);
  for (const text of [known, ...(await heard()).filter(({ what }) => what.includes('/api/')).map(({ text }) => text)]) {
    expect(text).not.toMatch(/eyJ[A-Za-z0-9_-]{10,}\./);
    expect(text).not.toContain('SSWS');
  }
});
