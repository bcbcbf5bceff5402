import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './step.ts';

const page = readFileSync(join(root, 'docs/add-a-factor.md'), 'utf8');

/** Inserts a line before the one that ends a list, as the page says. */
function plant(folder: string, file: string, before: string, line: string): void {
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text.split(before), `${file} has one place for it`).toHaveLength(2);
  writeFileSync(join(folder, file), text.replace(before, `${line}${before}`));
}

test('docs/add-a-factor.md names exactly the registries where the compiler fails', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-kind-'));
  try {
    for (const part of ['src', 'tsconfig.json', 'package.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    plant(folder, 'src/contract/kinds.ts', "\n  'unknown',\n] as const", "\n  'palm',");
    plant(folder, 'src/okta-emulator/factors/registry.ts', ';\n\n/** One entry per kind', "\n  | 'palm/ACME'");
    const compiler = [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', folder];
    const { stdout } = spawnSync(process.execPath, compiler, { cwd: folder, encoding: 'utf8' });
    // The type check itself tests for other errors.
    const named = [...stdout.matchAll(/^([^\s(]+)\(\d+,\d+\): error .*\bpalm\b/gm)].map(([, file]) => file);
    const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, file]) => file);
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(named)).toEqual(new Set(rows));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
