import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { chromiumOptions } from './scripts/chromium.mjs';

const asRoot = process.getuid?.() === 0;

/** Chromium takes the last `--disable-features` only, so this repeats what Playwright disables on Linux, then adds ours. */
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
  // Each new context otherwise loads two pages for the address bar: half of its CPU.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

export default defineConfig({
  // A machine may be ten times slower than a good one.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  testDir: 'e2e',
  outputDir: 'test-results',
  // Tests wait half of their time, for polls and emails. Each worker has a browser and a server, which take memory.
  workers: Math.min(2 * availableParallelism(), 8),
  fullyParallel: true,
  // A machine of CI that stalls for seconds fails one of them now and then. The end of the output names it.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: '.cache/e2e.json' }]],
  use: {
    // Recording takes a fifth of the run; `npm run e2e -- NAME --trace on` records the tests that one asks for.
    trace: 'off',
    screenshot: 'only-on-failure',
    // A theme changes in one step: a colour halfway through its transition has no contrast worth checking.
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
