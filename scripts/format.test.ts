import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { format } from './check.ts';
import { node, root } from './step.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  for (const file of ['.oxfmtrc.json', '.gitignore']) cpSync(join(root, file), join(folder, file));
  write('src/formatted.ts', "export const a = 'b';\n");
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** Runs the format step of `npm run check` in the folder. */
function check(): { passed: boolean; output: string } {
  const oxfmt = join(root, 'node_modules/oxfmt/bin/oxfmt');
  const { status, stdout, stderr } = spawnSync(node, [oxfmt, ...format.command.slice(1)], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { passed: status === 0, output: stdout + stderr };
}

test.each([
  ['src/bff/quotes.ts', 'export const a = "b";\n'],
  ['src/web/page.tsx', "export const a = <p   className='b' />;\n"],
  ['src/web/styles/page.css', 'p{color:red}\n'],
  ['e2e/semicolon.spec.ts', "export const a = 'b'\n"],
  ['bench/long.ts', `export const a = [${'1_000_000, '.repeat(15)}];\n`],
  ['scripts/indent.mjs', 'if (true) {\n      void 0;\n}\n'],
  ['vite.config.ts', 'export default {a: 1};\n'],
])('an unformatted %s fails the check', (file, text) => {
  write(file, text);
  const { passed, output } = check();
  expect(passed).toBe(false);
  expect(output).toContain(file);
});

test('formatted files pass, and built files and prose are ignored', () => {
  write('dist/client/a.js', 'var a="b"\n');
  write('docs/page.md', '*  an item\n');
  expect(check()).toMatchObject({ passed: true });
});
