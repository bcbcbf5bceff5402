import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alarmTitles } from '#bff/records/notifications/templates/en/alarms.ts';
import { commands } from './commands.mjs';
import { root } from './step.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** The npm scripts that a text mentions: `npm run X`, `npm start`, `npm test`. */
function scriptsIn(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map((found) => found[1] ?? found[2] ?? '');
}

test('README.md names existing scripts only', () => {
  const names = scriptsIn(read('README.md'));
  expect(names).toEqual(expect.arrayContaining(['start', 'test']));
  expect(names.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(['CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })])('%s names existing scripts only', (file) => {
  expect(scriptsIn(read(file)).filter((name) => !(name in scripts))).toEqual([]);
});

test('every npm script is a command and vice versa, and the started file exists', () => {
  expect(scripts).toEqual(
    Object.fromEntries(Object.keys(commands).map((name) => [name, `node scripts/run.mjs ${name}`])),
  );
  const files = Object.values(commands).flatMap(({ run }) => run?.find((word) => !word.startsWith('--')) ?? []);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('the pages for newcomers stay short', () => {
  expect(read('docs/architecture.md').split(/\s+/).length).toBeLessThanOrEqual(1200);
  expect(read('README.md').split('\n').length - 1).toBeLessThanOrEqual(160);
});

test('links between the documents are valid', () => {
  const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root });
  const lost = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((found) => found[1] ?? '')
      .filter((target) => !existsSync(join(root, file, '..', target)))
      .map((target) => `${file} → ${target}`),
  );
  expect(lost).toEqual([]);
});

test('pages that the files for operators name exist', () => {
  const files = [
    'Dockerfile',
    ...globSync('{bin,deploy}/**/*', { cwd: root, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(root.length + 1)),
  ];
  const named = files.flatMap((file) =>
    [...read(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([page]) => ({ file, page })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ page }) => !existsSync(join(root, page)))).toEqual([]);
});

/** The anchors of a page's headings, as on GitHub. */
const anchorsOf = (text: string) =>
  [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('links to a section lead to its heading', () => {
  const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root });
  const lost = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)#([^)]+)\)/g)].flatMap(([, page = '', anchor = '']) => {
      const target = page === '' ? file : join(file, '..', page);
      const known = existsSync(join(root, target)) && anchorsOf(read(target)).includes(anchor);
      return known ? [] : [`${file} → ${page}#${anchor}`];
    }),
  );
  expect(lost).toEqual([]);
  expect(anchorsOf('# A `b`, c!\n```\n# no\n```\n')).toEqual(['a-b-c']);
});

test('docs/operate/alerts.md says what to do for each alarm', () => {
  const rows = read('docs/operate/alerts.md')
    .split('## Alarms of the portal')[1]!
    .matchAll(/^\| (`.+?) \|/gm);
  const named = [...rows].flatMap(([, names]) => names!.split(', ').map((name) => name.replaceAll('`', '')));
  expect(named.sort()).toEqual(Object.keys(alarmTitles).sort());
});

test("CI runs the README's test command first, then the rest", () => {
  const commands = [...read('.ci/run').matchAll(/^npm .*?(?= 2>)/gm)].map(([command]) => command);
  expect(commands).toEqual(['npm test -- --install', 'npm run test:system -- --install']);
});

test('reports a missing script', () => {
  expect(scriptsIn('Run `npm start`, then `npm run fly` and npm run e2e.')).toEqual(['start', 'fly', 'e2e']);
});
