import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanup } from '@testing-library/react';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { PageRequest } from '#contract/page.ts';
import { readTexts } from '../testing/catalogs.ts';
import { fakeEdge, reply } from '../testing/edge.ts';
import type { Opened } from '../testing/hydrate.tsx';
import { pageRequest } from '../testing/person.ts';

/** The line that a new locale needs, besides a folder of catalogs. */
const line = `'en-XA': { formats: 'de-DE', direction: 'rtl' }`;
const root = join(import.meta.dirname, '../../..');
const copy = mkdtempSync(join(tmpdir(), 'latchkey-locale-'));
let vite: ViteDevServer;

beforeAll(async () => {
  for (const part of ['src/web', 'src/contract', 'scripts', 'index.html', 'package.json', 'vite.config.ts'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const list = join(copy, 'src/contract/locale/locales.ts');
  writeFileSync(
    list,
    readFileSync(list, 'utf8').replace(/\ben: \{.*?\}/, (own) => `${own}, ${line}`),
  );
  const folder = join(copy, 'src/web/i18n/messages/en-XA');
  mkdirSync(folder);
  const marked = Object.entries(readTexts('en')).map(([id, text]) => [id, `⟦${text}⟧`]);
  writeFileSync(join(folder, 'all.json'), JSON.stringify(Object.fromEntries(marked)));
  const server = { middlewareMode: true, ws: false, watch: null } as const;
  vite = await createServer({ root: copy, configFile: join(copy, 'vite.config.ts'), logLevel: 'error', server });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
afterAll(async () => {
  await vite?.close();
  rmSync(copy, { recursive: true, force: true });
});

const asked = (url: string): PageRequest => ({ ...pageRequest(url), locale: 'en-XA' as 'en' });
const load = <T>(file: string): Promise<T> => vite.ssrLoadModule(`/src/web/${file}`) as Promise<T>;

test('a locale is a folder and a line: the server renders the page in it, with its lang', async () => {
  const { render } = await load<typeof import('../testing/render.ts')>('testing/render.ts');
  const { html } = await render(asked('/sessions'));
  expect(html).toContain('<html lang="en-XA" dir="rtl">');
  expect(html).toContain('<title>⟦⟦Where you’re signed in⟧ · Meridian⟧</title>');
  expect(html).toContain('⟦Sign out everywhere else⟧');
  expect(html).toMatch(/\d\. März 2026/);
  const { html: usual } = await render(pageRequest('/sessions'));
  expect(usual).toContain('<html lang="en" dir="ltr">');
  expect(usual).not.toContain('⟦');
});

test.each([
  ['/', '⟦Add a method⟧'],
  ['/add/totp', '⟦Show the QR code⟧'],
  ['/sessions', '⟦Sign out everywhere else⟧'],
])('the browser continues in it at %s, without changing the rendered page', async (url, said) => {
  fakeEdge(() => reply(500));
  const { openPage } = await load<{ openPage: (request: PageRequest) => Promise<Opened> }>('testing/hydrate.tsx');
  const { recovered } = await openPage(asked(url));
  expect(document.body.textContent).toContain(said);
  expect(recovered).toEqual([]);
  expect(document.title).toMatch(/^⟦⟦.*⟧ · Meridian⟧$/);
});

test('its catalogs are compared with the default’s', async () => {
  const { readTexts: those, differences } = await load<typeof import('../testing/catalogs.ts')>('testing/catalogs.ts');
  expect(differences(those('en'), those('en-XA'))).toEqual([]);
  expect(Object.keys(those('en-XA'))).toEqual(Object.keys(readTexts('en')));
});
