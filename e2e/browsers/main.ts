/** `npm run e2e:browsers`: the main journeys in Debian's Firefox and in WebKit, Safari's engine, with axe. */
import { startServer } from '../fixtures/server.ts';
import type { Driver, Launch } from './driver.ts';
import { launchFirefox } from './firefox.ts';
import { journeys } from './journeys.ts';
import { pageOf } from './page.ts';
import { launchWebKit } from './webkit.ts';

const launches: readonly Launch[] = [launchFirefox, launchWebKit];

/** A server of its own, so that nothing of another journey is left. */
async function runIn(launch: Launch, first: Driver): Promise<number> {
  let failures = 0;
  let driver: Driver | undefined = first;
  for (const [name, journey] of Object.entries(journeys)) {
    driver ??= (await launch()) as Driver;
    const server = await startServer();
    const begun = performance.now();
    const failure = await journey(pageOf(driver), server).catch((error: unknown) => error as Error);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${failure ? '✗' : '✓'} ${driver.name} ${name} ${seconds} s`);
    if (failure) {
      failures++;
      console.log((failure.stack ?? String(failure)).replaceAll(/^/gm, '    '));
    }
    await driver.close();
    await server.dispose();
    driver = undefined;
  }
  return failures;
}

const missing: string[] = [];
let failures = 0;
for (const launch of launches) {
  const first = await launch();
  if ('missing' in first) missing.push(first.missing);
  else failures += await runIn(launch, first);
}
if (missing.length > 0) console.log(`not installed here, so not tried: ${missing.join('; ')}`);
process.exitCode = failures > 0 ? 1 : 0;
