/** @typedef {import('./bootstrap.mjs').Need} Need */

/**
 * `installs`: only with `--install`. `run`: Node's arguments. `usage`: `--help` prints this source's first comment.
 * @type {Record<string, { needs: Need[], installs?: Need[], run?: string[], usage?: string }>}
 */
export const commands = {
  // A quarter of Node's default young generation: less memory, for a few hundredths of a request's CPU.
  start: { needs: ['install', 'build'], run: ['--max-semi-space-size=8', 'dist/server.js'], usage: 'src/server.ts' },
  // Node restarts the server when a file that it has loaded changes. Vite loads the files of pages.
  dev: {
    needs: ['install'],
    run: ['--watch', '--watch-preserve-output', 'src/server.ts', '--dev'],
    usage: 'src/server.ts',
  },
  emulator: { needs: ['install'], run: ['src/okta-emulator/main.ts'], usage: 'src/okta-emulator/main.ts' },
  doctor: { needs: ['install'], run: ['src/operator/doctor/doctor.ts'] },
  'audit:verify': { needs: ['install'], run: ['src/operator/audit-verify/verify.ts'] },
  'audit:prune': { needs: ['install'], run: ['src/operator/audit-prune/run-prune.ts'] },
  report: { needs: ['install'], run: ['src/operator/report/report.ts'] },
  erase: { needs: ['install'], run: ['src/operator/erase/erase.ts'] },
  backup: { needs: ['install'], run: ['src/operator/backup/backup.ts'] },
  restore: { needs: ['install'], run: ['src/operator/restore/restore.ts'] },
  'prepare-database': { needs: ['install'], run: ['src/operator/prepare-database/prepare-database.ts'] },
  unfreeze: { needs: ['install'], run: ['src/operator/unfreeze/break-glass.ts'] },
  build: { needs: ['install', 'build'] },
  format: { needs: ['install'], run: ['node_modules/oxfmt/bin/oxfmt'] },
  check: { needs: ['install', 'build'], run: ['scripts/test.ts', 'check'] },
  test: { needs: ['install', 'build'], installs: ['browser'], run: ['scripts/test.ts', 'test'] },
  'test:system': { needs: ['install', 'build'], installs: ['browser', 'programs'], run: ['scripts/test.ts', 'system'] },
  'test:okta-suite': { needs: ['install'], run: ['scripts/okta-suite.ts'] },
  e2e: { needs: ['install', 'build'], installs: ['browser'], run: ['node_modules/@playwright/test/cli.js', 'test'] },
  'e2e:browsers': { needs: ['install', 'build'], run: ['e2e/browsers/main.ts'] },
  soak: { needs: ['install', 'build'], installs: ['programs'], run: ['scripts/soak.ts'] },
  bench: { needs: ['install', 'build'], installs: ['browser'], run: ['bench/main.ts'] },
  release: { needs: ['install', 'build'], run: ['scripts/release.ts'] },
  image: { needs: ['install', 'build'], run: ['scripts/image/main.ts'] },
  sbom: { needs: ['install'], run: ['scripts/sbom.ts'] },
};

/** Scripts for a demo or for development. The image does not contain them. */
const notForOperators = ['dev', 'emulator'];

/**
 * Sources by the name of the built file.
 * @type {Record<string, string>}
 */
export const operatorPrograms = Object.fromEntries(
  Object.entries(commands).flatMap(([name, { run }]) =>
    run?.[0]?.startsWith('src/') && !notForOperators.includes(name) ? [[name.replaceAll(':', '-'), run[0]]] : [],
  ),
);
