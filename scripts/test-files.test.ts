import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dumpPrograms, nativeFolder } from '#testing/postgres/native.ts';
import { slowTests } from './slow-tests.ts';
import { root } from './step.ts';

type Listed = { file: string; projectName: string };

/** Every file that vitest runs, with its project; with the files that only `npm run soak` runs. */
function listed(...args: string[]): Listed[] {
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const env = {
    ...process.env,
    SOAK: '1',
    SOAK_KILLS: '1',
    CI: '',
    SHORT: '',
    ...(args.length > 0 && { SHORT: '1', SOAK: '' }),
  };
  const { stdout } = spawnSync(process.execPath, [program, 'list', '--filesOnly', '--json', ...args], {
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
  'npm test or a named script runs every test file; check those that start no portal',
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

    const ofNode = files.filter(({ projectName }) => projectName === 'node').map(({ file }) => file);
    const inCheck = new Set(listed('--project=node').map(({ file }) => file));
    const leftOut = ofNode.filter((file) => !inCheck.has(file) && !file.endsWith('.soak.ts'));
    expect(leftOut.filter((file) => !file.endsWith('.integration.test.ts')).toSorted()).toEqual(
      Object.keys(slowTests).toSorted(),
    );
    expect([...inCheck].filter((file) => file.endsWith('.integration.test.ts'))).toEqual([]);
  },
);
