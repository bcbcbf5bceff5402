/** @typedef {import('./bootstrap.mjs').Need} Need */

/**
 * What each npm script needs first, and what Node is then given.
 * @type {Record<string, { needs: Need[], run?: string[] }>}
 */
export const commands = {
  start: { needs: ['install', 'build'], run: ['src/server.ts'] },
  dev: { needs: ['install'], run: ['src/server.ts', '--dev'] },
  org: { needs: ['install'], run: ['src/org/main.ts'] },
  doctor: { needs: ['install'], run: ['src/doctor.ts'] },
  build: { needs: ['install', 'build'] },
  check: { needs: ['install'], run: ['scripts/check.ts'] },
  test: { needs: ['install', 'build', 'browser'], run: ['scripts/test.ts'] },
  e2e: { needs: ['install', 'build', 'browser'], run: ['node_modules/@playwright/test/cli.js', 'test'] },
  bench: { needs: ['install', 'build', 'browser'], run: ['bench/main.ts'] },
};
