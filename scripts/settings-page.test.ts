import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { variables } from '#bff/config/variables.ts';
import { defaultOf, settingsPage } from './settings-page.ts';
import { settingGroups } from './settings-rows.ts';
import { root } from './step.ts';

const rows = settingGroups.flatMap((group) => group.rows);
const named = rows.flatMap(({ names }) => names);
/** Only the emulator has these variables. */
const ofTheEmulatorAlone = ['EMULATOR_SMTP_PORT', 'EMULATOR_MESSAGE_WAIT'];

test('docs/settings.md is what `node scripts/settings-page.ts` writes', () => {
  expect(readFileSync(join(root, 'docs/settings.md'), 'utf8')).toBe(settingsPage());
});

test('every variable of the program is explained, and no other', () => {
  const known = [...Object.keys(variables), ...ofTheEmulatorAlone];
  expect([...new Set(named)].toSorted()).toEqual(known.toSorted());
  // With `npm run emulator`, `BASE_URL` is the portal's.
  expect(named.filter((name, index) => named.indexOf(name) !== index)).toEqual(['BASE_URL']);
});

test('no row repeats a default that the definition has', () => {
  const repeated = rows.filter(({ names, usual }) => usual !== undefined && names.every((name) => defaultOf(name)));
  expect(repeated.map(({ names }) => names)).toEqual([]);
  expect(defaultOf('PORT')).toBe('3000');
  expect(defaultOf('BASE_URL')).toBeNull();
});

test('every variable is read somewhere else than in its definition', () => {
  const texts = globSync(['src/{bff,okta-emulator}/**/*.ts', 'src/server.ts'], { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'));
  const unread = Object.keys(variables).filter((name) => {
    const used = new RegExp(`\\b${name}\\b`);
    const isDefined = new RegExp(`^  ${name}: `, 'm');
    return !texts.some((text) => used.test(text.replace(isDefined, '')));
  });
  expect(unread).toEqual([]);
});
