import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { node, root } from './step.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const longFunction = (lines: number): string => `export function f() {\n${'f();\n'.repeat(lines - 2)}}`;

/** `rule`: null if the file is allowed. */
const plants: [file: string, text: string, rule: string | null][] = [
  ['src/bff/promise.ts', 'async function f() {} export function g() { f(); }', 'no-floating-promises'],
  ['src/web/sink.ts', "document.body.innerHTML = '<b>';", 'no-restricted-properties'],
  ['src/web/danger.tsx', 'export const a = <p dangerouslySetInnerHTML={{ __html: "" }} />;', 'no-danger'],
  ['src/web/script.tsx', 'export const a = <a href="javascript:x">b</a>;', 'no-script-url'],
  ['src/bff/eval.ts', "eval('1');", 'no-eval'],
  ['src/bff/made.ts', "export const f = new Function('return 1');", 'no-new-func'],
  ['src/bff/any.ts', 'export const a = (b: any): unknown => b;', 'no-explicit-any'],
  ['src/bff/console.ts', "console.log('x');", 'no-console'],
  ['src/operator/doctor/doctor.ts', "console.log('x');", null],
  ['src/bff/type.ts', "import { Buffer } from 'node:buffer'; export type B = Buffer;", 'consistent-type-imports'],
  ['src/bff/client.ts', "import axios from 'axios'; export default axios;", 'no-restricted-imports'],
  [
    'src/web/click.ts',
    "import { useMutation } from '@tanstack/react-query'; export { useMutation };",
    'no-restricted-imports',
  ],
  ['src/bff/child.ts', "import { exec } from 'node:child_process'; export { exec };", 'no-restricted-imports'],
  ['src/web/late.ts', 'export const a = () => Date.now();', 'no-restricted-properties'],
  ['src/bff/fetch.ts', "export const a = () => fetch('http://x');", 'no-restricted-globals'],
  ['src/web/components/ui/fetch.ts', "export const a = () => fetch('/x');", 'no-restricted-globals'],
  ['src/web/api/client/fetch.ts', "export const a = () => fetch('/x');", null],
  ['src/okta-emulator/time.ts', 'export const now = Date.now();', 'no-restricted-properties'],
  ['src/clock.ts', 'export const now = () => Date.now();', null],
  ['src/contract/long.ts', longFunction(61), 'max-lines-per-function'],
  ['src/contract/short.ts', longFunction(60), null],
  ['src/web/components/ui/long.tsx', longFunction(101), 'max-lines-per-function'],
  ['src/web/components/ui/short.tsx', longFunction(100), null],
  ['src/bff/identity/long.ts', longFunction(61), 'max-lines-per-function'],
  ['src/web/features/support/long.tsx', longFunction(101), 'max-lines-per-function'],
  ['src/contract/long.test.ts', longFunction(61), null],
  ['src/bff/identity/testing/long.ts', longFunction(61), null],
  [
    'src/okta-emulator/only.test.ts',
    "import { test, expect } from 'vitest'; test.only('x', () => { expect(1).toBe(1); });",
    'no-focused-tests',
  ],
  [
    'src/okta-emulator/skip.test.ts',
    "import { test, expect } from 'vitest'; test.skip('x', () => { expect(1).toBe(1); });",
    'no-disabled-tests',
  ],
];

const folder = temporaryFolder();
let found: { file: string; rule: string }[];

beforeAll(() => {
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const [file, text] of plants) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\n`);
  }
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const { stdout } = spawnSync(node, [oxlint, '--type-aware', '-f', 'json'], { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string; severity: string }[] };
  found = diagnostics.map(({ filename, code, severity }) => {
    expect(severity).toBe('error');
    return { file: filename.replaceAll('\\', '/'), rule: /\((.+)\)/.exec(code)?.[1] ?? code };
  });
});

test.each(plants)('[W7] [C5] %s: %s → %s', (file, _text, rule) => {
  const caught = found.filter((violation) => violation.file === file).map((violation) => violation.rule);
  if (rule) expect(caught).toContain(rule);
  else expect(caught).toEqual([]);
});
