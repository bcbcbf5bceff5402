import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { chromiumOptions } from './scripts/chromium.mjs';

const asRoot = process.getuid?.() === 0;

/** Chromium uses only the last `--disable-features`, so this repeats what Playwright disables on Linux. */
const disabledFeatures = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  // Otherwise, each new context loads two pages for the address bar, which take half of its CPU.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

export default defineConfig({
  // A machine may be ten times slower than a good one, and a state is checked in each language.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  // `npm test` runs the main journeys, `npm run test:system` the others, `npm run e2e` all.
  testDir: process.env['TIER'] === 'system' ? 'e2e/system' : 'e2e',
  testIgnore: process.env['TIER'] === 'test' ? 'system/**' : [],
  outputDir: 'test-results',
  // Tests wait half of their time. Each worker has a browser and a server, which take memory.
  workers: Math.min(2 * availableParallelism(), 8),
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  reporter: 'list',
  use: {
    // Recording takes a fifth of the run. `npm run e2e -- NAME --trace on` records.
    trace: 'off',
    screenshot: 'only-on-failure',
    // In the middle of a transition, a colour has no contrast worth checking.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      ...chromiumOptions(),
      args: [
        // Chromium's sandbox refuses to run as root.
        ...(asRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--disable-features=${disabledFeatures.join(',')}`,
      ],
    },
  },
});
