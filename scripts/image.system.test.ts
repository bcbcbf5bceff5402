import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './step.ts';

// `npm run image` builds and tests the image. These tests need no image.

const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Removes comments, and writes each instruction on one line. */
const instructionsOf = (text: string): string => text.replace(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, ' ');

/** `from` and `to`: a change that breaks the rule. `last`: the last stage. */
const rules: [rule: string, holds: (last: string, all: string) => boolean, from: RegExp | string, to: string][] = [
  [
    'the base has a digest, and the Node of .node-version',
    (_, all) =>
      new RegExp(`^ARG BASE=\\S+/node:${read('.node-version').trim()}-\\S+@sha256:[0-9a-f]{64}$`, 'm').test(all),
    /@sha256:\w+/,
    '',
  ],
  ['each stage is on the base', (_, all) => !/^FROM (?!\$\{BASE\})/m.test(all), 'FROM ${BASE}\n', 'FROM debian\n'],
  [
    'what runs is copied from the build alone, and nothing is fetched',
    (last) =>
      /^COPY --from=build /m.test(last) && !/^(?:COPY (?!--from=build )|ADD)|apt-get|curl|wget|npm ci/m.test(last),
    'COPY --from=build /image/ /',
    'COPY . /app',
  ],
  [
    'npm is removed',
    (last) => /rm -rf [^&]*\/node_modules.* npm npx corepack /.test(last),
    'rm -f npm npx',
    'rm -f npx',
  ],
  [
    'a user without rights',
    (last) => /^RUN [^]*^USER [1-9]\d*:[1-9]\d*$(?![^]*^RUN )/m.test(last),
    'USER 1000:1000',
    'USER root',
  ],
  ['a health check at /livez', (last) => /^HEALTHCHECK .* CMD \["node", .*\/livez/m.test(last), '/livez', '/'],
  ['the program is the first process', (last) => /^ENTRYPOINT \["latchkey"\]$/m.test(last), '["latchkey"]', 'latchkey'],
  [
    'no secret in a variable',
    (_, all) => !/^(?:ARG|ENV) .*(?:SECRET|TOKEN|KEY|PASSWORD)/m.test(all),
    'ENV NODE_ENV',
    'ENV OKTA_API_TOKEN=x NODE_ENV',
  ],
];

test.each(rules)('Dockerfile: %s', (_rule, holds, from, to) => {
  const isKept = (text: string) => holds(text.slice(text.lastIndexOf('\nFROM ') + 1), text);
  const text = read('Dockerfile');
  expect(isKept(instructionsOf(text))).toBe(true);
  expect(isKept(instructionsOf(text.replace(from, () => to)))).toBe(false);
});

test('the build gets what it reads, and nothing else', () => {
  const lines = read('.dockerignore').split('\n');
  expect(lines[1]).toBe('*');
  const kept = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  for (const file of kept) expect(() => statSync(join(root, file)), file).not.toThrow();
  const copied = instructionsOf(read('Dockerfile')).matchAll(/^COPY (?!--)(.+) \S+$/gm);
  const needed = [...copied].flatMap(([, files]) => files!.split(' '));
  const [, sources = ''] = /buildSources = '([^']+)'/.exec(read('scripts/bootstrap.mjs')) ?? [];
  expect(kept).toEqual(expect.arrayContaining([...needed.filter((one) => one !== '.'), ...sources.split(' ')]));
});
