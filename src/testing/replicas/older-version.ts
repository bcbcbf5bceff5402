import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = join(import.meta.dirname, '../../..');
/** Before the first release, the tables in this file may change without a migration. */
const TABLES = 'src/bff/platform/store/create-tables.ts';

const git = (root: string, ...args: string[]): string | null => {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
};

const readMinor = (version: string) => /^v?(\d+\.\d+)\./.exec(version)?.[1];

/** The last release if it has the same minor version, otherwise the last commit. */
function olderCommit(root: string): { commit: string } | { none: string } {
  if (git(root, 'rev-parse', 'HEAD') === null) return { none: 'these sources are in no git repository' };
  const tag = git(root, 'describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  if (tag !== null && readMinor(tag) === readMinor(version)) return { commit: tag };
  if (git(root, 'diff', '--quiet', 'HEAD', '--', TABLES) === null)
    return { none: `no version is released yet, and ${TABLES} differs from the last commit` };
  return { commit: 'HEAD' };
}

/** The sources use the packages and the built pages of this version. `none`: why there is no older version. */
export function olderSources(root = here): { commit: string; folder: string } | { none: string } {
  const found = olderCommit(root);
  if ('none' in found) return found;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-older-'));
  mkdirSync(join(folder, 'src'), { recursive: true });
  const archive = execFileSync('git', ['archive', found.commit, 'src', 'package.json', 'tsconfig.json'], {
    cwd: root,
    maxBuffer: 2 ** 28,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  for (const name of ['node_modules', 'dist']) symlinkSync(join(here, name), join(folder, name), 'junction');
  return { ...found, folder };
}
