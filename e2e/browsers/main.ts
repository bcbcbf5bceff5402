/**
 * `npm run e2e:browsers`: the main journeys in Firefox and in WebKit, Safari's engine, with axe. Playwright brings no
 * browser of either that runs here without a download, so these are Debian's, over their own protocols.
 */
import { startServer, type Server } from '../fixtures/server.ts';
import type { Driver, Launch } from './driver.ts';
import { launchFirefox } from './firefox.ts';
import { journeys } from './journeys.ts';
import { pageOf } from './page.ts';
import { launchWebKit } from './webkit.ts';

const launches: readonly Launch[] = [launchFirefox, launchWebKit];

/** Runs each journey in a browser of its own, so that nobody is signed in yet. Gives the number of failures. */
async function runIn(launch: Launch, server: Server, first: Driver): Promise<number> {
  let failures = 0;
  let driver: Driver | undefined = first;
  for (const [name, journey] of Object.entries(journeys)) {
    const begun = performance.now();
    driver ??= (await launch()) as Driver;
    await server.simulator.reset();
    const failure = await journey(pageOf(driver), server).catch((error: unknown) => error as Error);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${failure ? '✗' : '✓'} ${driver.name} ${name} ${seconds} s`);
    if (failure) {
      failures++;
      console.log((failure.stack ?? String(failure)).replaceAll(/^/gm, '    '));
    }
    await driver.close();
    driver = undefined;
  }
  return failures;
}

const missing: string[] = [];
let failures = 0;
for (const launch of launches) {
  const first = await launch();
  if ('missing' in first) {
    missing.push(first.missing);
    continue;
  }
  // One for each browser: what a journey leaves in the portal outlives the reset of the org.
  const server = await startServer();
  failures += await runIn(launch, server, first).finally(() => server.dispose());
}
if (missing.length > 0) console.log(`not installed here, so not tried: ${missing.join('; ')}`);
process.exitCode = failures > 0 ? 1 : 0;
