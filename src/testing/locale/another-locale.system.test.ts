import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');
const copy = temporaryFolder();

const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(join(copy, file), change(readFileSync(join(copy, file), 'utf8')));

/** Adds the locale `de`: a line, marked texts with plural forms of its own, and emails. */
function addGerman(): void {
  for (const part of ['src', 'scripts', 'index.html', 'package.json', 'vite.config.ts', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  edit('src/contract/locale/locales.ts', (text) =>
    text.replace(/\ben: \{.*?\}/, (own) => `${own}, de: { formats: 'de-DE', direction: 'ltr' }`),
  );
  // The program runs without vitest, so its emulator makes its own keys.
  edit('src/okta-emulator/testing/kept-keys.ts', (text) => text.replace(/^ {2}cpSync\(inject.*$/m, '  void dataDir;'));
  const messages = join(copy, 'src/web/i18n/messages');
  cpSync(join(messages, 'en'), join(messages, 'de'), { recursive: true });
  edit('src/web/i18n/messages/de/sessions.json', (text) => {
    const marked = Object.entries(JSON.parse(text) as Record<string, string>).map(([id, one]) => [id, `⟦${one}⟧`]);
    const plural = '{count, plural, one {Nur an diesem Ort.} other {An # Orten.}}';
    return JSON.stringify({ ...Object.fromEntries(marked), 'sessions.lead': plural });
  });
  edit('src/web/i18n/messages/de/problem.json', (text) => text.replaceAll(': "', ': "⟦'));
  const emails = join(copy, 'src/bff/records/notifications/templates');
  cpSync(join(emails, 'en'), join(emails, 'de'), { recursive: true });
  edit('src/bff/records/notifications/templates/de/templates.ts', (text) =>
    text
      .replace("title: '", "title: '⟦")
      .replace(
        /^ {2}freeze,$/m,
        '  freeze: (change, about) => ({ ...freeze(change, about), body: `⟦${freeze(change, about).body}` }),',
      )
      .replace(/^ {2}reset,$/m, '  reset: (about) => ({ ...reset(about), body: `⟦${reset(about).body}` }),'),
  );
}

test('a locale that is added reaches a page, an error, the busy page and an email', { timeout: 300_000 }, async () => {
  addGerman();
  const env = { ...process.env, NODE_ENV: 'development', TEST_DATABASE: 'sqlite' };
  const { stdout } = await promisify(execFile)(process.execPath, ['src/testing/locale/german-portal.ts'], {
    cwd: copy,
    env,
  });
  const found = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  // Okta's profile says de-AT, the browser en: the profile comes first.
  expect(found['page']).toMatchObject({ status: 200, lang: 'de', dir: 'ltr', german: true, text: true });
  expect(found['page']).not.toHaveProperty('cookie');
  expect(found['chosen']).toMatchObject({ lang: 'en', german: false });
  expect(found['chosen']).toMatchObject({ cookie: expect.stringMatching(/-locale=en; .*HttpOnly; SameSite=Lax/) });
  expect(found['kept']).toBe('en');
  expect(found['error']).toEqual([404, 'de', true, null]);
  expect(found['sources']).toEqual(['de', 'en', 'en', 'en', 'de', 'en']);
  // Her browser chose English, her profile says German: emails follow the profile.
  expect(found['email']).toEqual([204, [true, true]]);
  // So do those of a freeze by link, in the language that the profile named when the link was made.
  expect(found['link']).toEqual([303, [true, true]]);
  // An agent's reset is told in the language of who is reset, whatever the agent's is.
  expect(found['resets']).toEqual([
    ['done', [true, true]],
    ['done', [false, false]],
  ]);
  expect(found['busy']).toEqual([429, 'de', true]);
});
