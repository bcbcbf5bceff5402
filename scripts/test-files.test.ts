import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dumpPrograms, nativeFolder } from '#testing/postgres/native.ts';
import { slowTests } from './slow-tests.ts';
import { root } from './step.ts';

type Listed = { file: string; projectName: string };

/** Every file that vitest runs, with its project; with the files that only `npm run soak` runs. */
function listed(): Listed[] {
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, SOAK: '1', SOAK_KILLS: '1', CI: '' };
  const { stdout } = spawnSync(process.execPath, [program, 'list', '--filesOnly', '--json'], {
    ...{ cwd: root, env, encoding: 'utf8', maxBuffer: 2 ** 24 },
  });
  const read = JSON.parse(stdout.slice(stdout.indexOf('['))) as Listed[];
  return read.map(({ file, projectName }) => ({
    file: file.replaceAll('\\', '/').slice(root.length + 1),
    projectName,
  }));
}

/** The files that neither vitest nor Playwright runs. `*.soak.ts` belongs to `npm run soak`. */
const notRun = (files: readonly string[], vitest: ReadonlySet<string>): string[] =>
  files.filter((file) => !vitest.has(file) && !/^e2e\/[^/]+\.spec\.ts$/.test(file));

// Where no package has PostgreSQL, vitest lists none of its tests.
test.skipIf(nativeFolder() === null)(
  'npm test or a named script runs every test file; check runs all but the slow ones',
  { timeout: 60_000 },
  () => {
    const all = globSync('{src,scripts,e2e,bench}/**/*.{test,spec,soak}.{ts,tsx}', { cwd: root }).map((file) =>
      file.replaceAll('\\', '/'),
    );
    const files = listed();
    const vitest = new Set(files.map(({ file }) => file));
    if (dumpPrograms === null) vitest.add('src/operator/backup/dump.integration.test.ts');
    expect(all.length).toBeGreaterThan(350);
    expect(notRun(all, vitest)).toEqual([]);
    expect(notRun([...all, 'src/a.spec.ts', 'docs/a.test.ts'], vitest)).toEqual(['src/a.spec.ts', 'docs/a.test.ts']);

    const slow = files.filter(({ projectName }) => projectName === 'slow').map(({ file }) => file);
    expect(slow.toSorted()).toEqual(Object.keys(slowTests).toSorted());
    const inCheck = new Set(
      files.filter(({ projectName }) => /^(?:node|web)$/.test(projectName)).map(({ file }) => file),
    );
    expect(Object.keys(slowTests).filter((file) => inCheck.has(file))).toEqual([]);
  },
);
