import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './step.ts';

/** What the project is founded on: each package with the files that import it when they run, and each place. */
const packages: Record<string, { names: string[]; by: string }> = {
  react: { names: ['react'], by: 'src/web/**/*.{ts,tsx}' },
  vite: { names: ['vite'], by: 'vite.config.ts' },
  '@tanstack/react-query': { names: ['@tanstack/react-query'], by: 'src/web/**/*.{ts,tsx}' },
  'react-router': { names: ['react-router'], by: 'src/web/**/*.{ts,tsx}' },
  '@okta/okta-auth-js': { names: ['@okta/okta-auth-js'], by: 'src/bff/**/*.ts' },
  'qrcode.react': { names: ['qrcode.react'], by: 'src/web/**/*.tsx' },
  playwright: { names: ['playwright', '@playwright/test'], by: 'e2e/**/*.ts' },
};
const places = ['src', 'public', 'e2e', 'index.html', 'vite.config.ts', 'package.json', 'tsconfig.json'];

type Project = { imports: { file: string; name: string }[]; named: string[]; given: string[]; places: string[] };

/** An import that is still there when the program runs. */
const runtimeImport =
  /^(?:import|export) (?!type\b)(?:[^;']*? from )?'([^']+)'|(?<!typeof )\bimport\(\s*'([^']+)'\s*\)/gm;

function read(): Project {
  const text = (file: string) => readFileSync(join(root, file), 'utf8');
  const files = new Set(Object.values(packages).flatMap(({ by }) => globSync(by, { cwd: root })));
  const { dependencies, devDependencies } = JSON.parse(text('package.json')) as Record<string, object>;
  return {
    imports: [...files]
      .filter((file) => !/\.test\.tsx?$|testing\//.test(file))
      .flatMap((file) =>
        [...text(file).matchAll(runtimeImport)].map(([, from, later]) => ({ file, name: from ?? later ?? '' })),
      ),
    named: Object.keys({ ...dependencies, ...devDependencies }),
    given: [...text('docs/dependencies.md').matchAll(/^\| `([^`]+)` \(given\) \|/gm)].map(([, name = '']) => name),
    places: places.filter((place) => existsSync(join(root, place))),
  };
}

/** Whether a module is of one of these packages. */
const isOf = (names: readonly string[], module: string): boolean =>
  names.some((name) => module === name || module.startsWith(`${name}/`));

/** A line for each package or place that the project has left. */
function missing(project: Project): string[] {
  const of = (by: string) => new Set(globSync(by, { cwd: root }));
  return [
    ...Object.entries(packages).flatMap(([name, { names, by }]) => {
      const files = of(by);
      const found = project.imports.some((one) => files.has(one.file) && isOf(names, one.name));
      return [
        found ? [] : `${by} does not import ${name}`,
        names.some((one) => project.named.includes(one)) ? [] : `package.json does not name ${name}`,
        project.given.includes(name) ? [] : `docs/dependencies.md does not mark ${name} as given`,
      ].flat();
    }),
    ...places.filter((place) => !project.places.includes(place)).map((place) => `${place} is gone`),
  ];
}

const project = read();

test('the project stands on the packages and places that it was founded on', () => {
  expect(missing(project)).toEqual([]);
});

test.each(Object.entries(packages))(
  'it names %s when nothing imports it, and when it is not listed',
  (name, { names }) => {
    const without = { ...project, imports: project.imports.filter((one) => !isOf(names, one.name)) };
    expect(missing(without)).toEqual([`${packages[name]!.by} does not import ${name}`]);
    const unnamed = { ...project, named: project.named.filter((one) => !names.includes(one)) };
    expect(missing(unnamed)).toEqual([`package.json does not name ${name}`]);
    const unmarked = { ...project, given: project.given.filter((one) => one !== name) };
    expect(missing(unmarked)).toEqual([`docs/dependencies.md does not mark ${name} as given`]);
  },
);

test.each(places)('it names %s when it is gone', (place) => {
  expect(missing({ ...project, places: places.filter((one) => one !== place) })).toEqual([`${place} is gone`]);
});

test('an import of types alone does not count', () => {
  const found = [..."import type { Location } from 'react-router';".matchAll(runtimeImport)];
  expect(found).toEqual([]);
});

test('at most four plugins of the build are ours', () => {
  const ours = globSync('scripts/*.ts', { cwd: root }).flatMap(
    (file) => readFileSync(join(root, file), 'utf8').match(/^ {4}name: 'latchkey-[a-z-]+',$/gm) ?? [],
  );
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.length).toBeLessThanOrEqual(4);
});
