import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alarmTitles } from '#bff/records/notifications/templates/staff-emails.ts';
import { commands } from './commands.mjs';
import { root } from './step.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root });

test('the documents name npm scripts that exist', () => {
  const named = documents.flatMap((file) =>
    [...read(file).matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, name, short]) => ({
      file,
      name: name ?? short!,
    })),
  );
  expect(named).toContainEqual({ file: 'README.md', name: 'start' });
  expect(named.filter(({ file, name }) => file !== 'CHANGELOG.md' && !(name in scripts))).toEqual([]);
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

test('the pages for operators have at most 8,000 words', () => {
  const pages = documents.filter((file) => file.startsWith('docs/operate'));
  expect(pages.length).toBeGreaterThan(8);
  expect(pages.flatMap((file) => read(file).trim().split(/\s+/)).length).toBeLessThanOrEqual(8000);
});

const anchorsOf = (text: string) =>
  [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('links between the documents lead to a file, and to a heading in it', () => {
  const links = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)]+))?\)/g)].map(([, page, anchor]) => ({
      file,
      target: page ? join(file, '..', page) : file,
      anchor,
    })),
  );
  expect(links.filter(({ anchor }) => anchor).length).toBeGreaterThan(50);
  const isLost = ({ target, anchor }: (typeof links)[number]) =>
    !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor));
  expect(links.filter(isLost)).toEqual([]);
  expect(anchorsOf('# A `b`, c!\n```\n# no\n```\n')).toEqual(['a-b-c']);
});

test('pages that the files for operators name exist', () => {
  const files = globSync(['Dockerfile', '{bin,deploy}/**/*'], { cwd: root, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'));
  const named = files.flatMap((text) => text.match(/\bdocs\/[\w/-]+\.md\b/g) ?? []);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((page) => !existsSync(join(root, page)))).toEqual([]);
});

test('docs/operate/alerts.md says what to do for each alarm', () => {
  const rows = read('docs/operate/alerts.md')
    .split('## Alarms of the portal')[1]!
    .matchAll(/^\| (`.+?) \|/gm);
  const named = [...rows].flatMap(([, names]) => names!.split(', ').map((name) => name.replaceAll('`', '')));
  expect(named.sort()).toEqual(Object.keys(alarmTitles).sort());
});
