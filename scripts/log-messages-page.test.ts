import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logMessage, logMessages, type MessageLog } from '#bff/platform/lifecycle/log-messages.ts';
import { logMessagesPage } from './log-messages-page.ts';
import { root } from './step.ts';

const TABLE = 'src/bff/platform/lifecycle/log-messages.ts';
const sources = new Map(
  globSync(['src/{bff,database,okta,operator}/**/*.ts', 'src/server.ts'], { cwd: root })
    .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);

/** Calls of a logger at `warn` and above that do not go through the table. */
const callsBeside = (text: string) => text.match(/\b(?:log|logger)\??\.(?:warn|error|fatal)\(.*/gi) ?? [];

test('docs/operate/log-messages.md is what `node scripts/log-messages-page.ts` writes', () => {
  expect(readFileSync(join(root, 'docs/operate/log-messages.md'), 'utf8')).toBe(logMessagesPage());
});

test('a call takes a message of the table only, and logs it at its level', () => {
  const lines: unknown[] = [];
  const at = (level: string) => (about: object, message: string) => void lines.push([level, message, about]);
  const log = { warn: at('warn'), error: at('error'), fatal: at('fatal') } as unknown as MessageLog;
  logMessage(log, 'the database is back');
  logMessage(log, 'the start failed', { reason: 'r' });
  expect(lines).toEqual([
    ['warn', 'the database is back', {}],
    ['fatal', 'the start failed', { reason: 'r' }],
  ]);
  // @ts-expect-error -- a message that the table lacks does not compile.
  expect(() => logMessage(log, 'planted')).toThrow(TypeError);
});

test('nothing logs beside the table at `warn` and above', () => {
  const found = [...sources].flatMap(([, text]) => callsBeside(text));
  expect(found).toEqual([]);
  expect(callsBeside("request.log.warn({ err }, 'planted');")).toHaveLength(1);
  expect(callsBeside("logger?.error('planted');")).toHaveLength(1);
});

test('each message of the table is used', () => {
  const texts = [...sources].filter(([file]) => file !== TABLE).map(([, text]) => text);
  const isUsed = (message: string) => texts.some((text) => text.includes(`'${message}'`));
  expect(Object.keys(logMessages).filter((message) => !isUsed(message))).toEqual([]);
  expect(isUsed('planted')).toBe(false);
});
