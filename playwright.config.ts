import { defineConfig } from '@playwright/test';
import { chromiumOptions } from './scripts/chromium.mjs';

const asRoot = process.getuid?.() === 0;

export default defineConfig({
  timeout: 90_000,
  expect: { timeout: 15_000 },
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: true,
  // A test that needs a second try is a broken test.
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: '.cache/e2e.json' }]],
  use: {
    trace: 'retain-on-failure',
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
      ],
    },
  },
});
