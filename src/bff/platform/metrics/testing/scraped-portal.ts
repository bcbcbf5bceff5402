import { afterAll } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { testEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { createMetrics } from '../metrics.ts';

export const token = 'a-token-of-monitoring';

type ScrapedPortal = {
  env: TestEnv;
  portal: Portal;
  port: number;
  /** A request to the metrics port. */
  ask(path: string, headers: Record<string, string>, method?: string): Promise<Response>;
};

/** Serves the metrics until the tests of the file end. */
export async function startScrapedPortal(): Promise<ScrapedPortal> {
  const env = await testEnv();
  const metrics = createMetrics();
  const portal = await env.fresh({ observer: metrics.observer, observe: metrics.oktaCall });
  const port = await freePort();
  const { store, okta, app } = portal;
  const sources = { store, okta, clock: env.clock, degradations: app.degradations, hasSink: false };
  afterAll(await metrics.listen(sources, { port, host: '127.0.0.1', token }));
  const ask: ScrapedPortal['ask'] = (path, headers, method = 'GET') =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers, method });
  return { env, portal, port, ask };
}
