// Plain JavaScript without dependencies: it runs on the host's Node before anything is installed.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's Chromium without windows uses a fifth less CPU. */
export const HEADLESS = 'chromium-headless-shell';
const names = [HEADLESS, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** `CHROMIUM_PATH` has precedence over `PATH`. */
export function findChromium() {
  const { CHROMIUM_PATH, PATH = '' } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  return names.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name))).find(existsSync);
}

/** Options for Playwright's `launch`. Without a Chromium, it starts an installed Chrome. */
export function chromiumOptions() {
  const executablePath = findChromium();
  return executablePath ? { executablePath } : { channel: 'chrome' };
}
