import { cleanup } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { PageRequest } from '#contract/page.ts';
import { fakeEdge, reply } from '../testing/edge.ts';
import { openPage } from '../testing/hydrate.tsx';
import { pageRequest } from '../testing/person.ts';
import { render } from '../testing/render.ts';
import { loadMessages } from './load-messages.ts';
import { createTranslate } from './translate.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const asked = (url: string): PageRequest => ({ ...pageRequest(url), locale: 'ar-XB' });

test('the server renders a page in its locale, with its lang and direction', async () => {
  const { html, headers } = await render(asked('/sessions'));
  expect(html).toContain('<html lang="ar-XB" dir="rtl">');
  expect(headers).toMatchObject({ 'content-language': 'ar-XB', vary: 'accept-language, cookie' });
  expect(html).toContain('⟦Whééréé ýööü’réé sîgnééd în⟧');
  expect(html).not.toContain('Where you’re signed in');
  const usual = await render(pageRequest('/sessions'));
  expect(usual.html).toContain('<html lang="en" dir="ltr">');
  expect(usual.html).not.toContain('⟦');
});

test('the helpdesk’s pages are English, whatever the reader’s language', async () => {
  const { html, headers } = await render(asked('/helpdesk'));
  expect(html).toContain('<html lang="en" dir="ltr">');
  expect(headers).toMatchObject({ 'content-language': 'en' });
  expect(html).not.toContain('⟦');
});

test('the helpdesk’s English texts replace no translation', async () => {
  await loadMessages('de', 'people');
  await loadMessages('de', 'helpdesk');
  expect(createTranslate('de')('caller-verification.confirm')).toBe('Ja, ich habe angerufen');
});

test.each([['/'], ['/add/totp'], ['/sessions']])(
  'the browser continues in it at %s, without changing the rendered page',
  async (url) => {
    fakeEdge(() => reply(500));
    const { recovered } = await openPage(asked(url));
    expect(document.querySelector('h1')!.textContent).toMatch(/^⟦.*⟧$/s);
    expect(recovered).toEqual([]);
    expect(document.title).toMatch(/^⟦.*⟧$/);
  },
);
