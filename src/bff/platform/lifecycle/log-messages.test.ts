import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logMessages } from './log-messages.ts';

const root = join(import.meta.dirname, '../../../..');

const callsBeside = (text: string) => text.match(/\b(?:log|logger)\??\.(?:warn|error|fatal)\(.*/gi) ?? [];

test('nothing logs beside the table at `warn` and above', () => {
  const files = globSync(['src/{bff,database,okta,operator}/**/*.ts', 'src/server.ts'], {
    cwd: root,
    exclude: (name) => /\.test\.ts$|(?:^|\/)testing$/.test(name),
  });
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap((file) => callsBeside(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  expect(callsBeside("request.log.warn({ err }, 'planted'); logger?.error('planted');")).toHaveLength(1);
});

test('docs/operate/log-messages.md names messages that exist, with their levels', () => {
  const numbers = { warn: '40', error: '50', fatal: '60' };
  const page = readFileSync(join(root, 'docs/operate/log-messages.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| `([^`]+)` \| \S/gm)].map(([, level, message]) => [message, level]);
  const levels: Record<string, keyof typeof numbers> = logMessages;
  expect(rows.length).toBeGreaterThan(15);
  expect(rows).toEqual(rows.map(([message]) => [message, numbers[levels[message!]!]]));
});
