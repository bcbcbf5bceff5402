import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './step.ts';

/** `by`: files that import the package at run time. */
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

const text = (file: string) => readFileSync(join(root, file), 'utf8');

/** An import that exists at run time. */
const runtimeImport =
  /^(?:import|export) (?!type\b)(?:[^;']*? from )?'([^']+)'|(?<!typeof )\bimport\(\s*'([^']+)'\s*\)/gm;
const importsIn = (source: string) => [...source.matchAll(runtimeImport)].map(([, from, later]) => from ?? later ?? '');

test.each(Object.entries(packages))('a program imports %s, which is listed as given', (name, { names, by }) => {
  const files = globSync(by, { cwd: root }).filter((file) => !/\.test\.tsx?$|testing\//.test(file));
  const isOf = (module: string) => names.some((one) => module === one || module.startsWith(`${one}/`));
  expect(files.flatMap((file) => importsIn(text(file))).filter(isOf)).not.toEqual([]);
  const { dependencies, devDependencies } = JSON.parse(text('package.json')) as Record<string, object>;
  expect(Object.keys({ ...dependencies, ...devDependencies }).filter(isOf)).not.toEqual([]);
  expect(text('docs/dependencies.md')).toContain(`\n| \`${name}\` (given) |`);
});

test('the places are there, and an import of types alone does not count', () => {
  expect(places.filter((place) => !existsSync(join(root, place)))).toEqual([]);
  expect(importsIn("import type { Location } from 'react-router';\nimport 'react';")).toEqual(['react']);
});

test('at most four plugins of the build are ours', () => {
  const ours = globSync('scripts/*.ts', { cwd: root }).flatMap(
    (file) => text(file).match(/^ {4}name: 'latchkey-[a-z-]+',$/gm) ?? [],
  );
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.length).toBeLessThanOrEqual(4);
});
