import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { authority, certificates } from '#testing/certificates.ts';
import { freePort } from '#testing/free-port.ts';
import { startNetwork, type Network } from '#testing/replicas/network.ts';
import { auditKeys, startTestEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { createWebhookSink } from '../../../records/audit-log/sink/webhook.ts';
import { helpdeskOfDemo } from '../../../features/helpdesk/testing/helpdesk-fixture.ts';
import { createSmtpMailer } from '../../../records/notifications/smtp.ts';
import { createMetrics } from '../metrics.ts';
import { readScrape, getValue, type Scrape } from './recorded-scrapes.ts';

const SECRET = 'the-secret-of-a-webhook-in-this-test';
/** In calls a minute. Without a limit, the emulator sends no rate-limit headers. */
const RATE_LIMIT = 5000;
/** The largest event-loop delay of an idle portal, in s. The alert's threshold is higher. */
const LATE = 0.09;

/** Has every feature with alerts. */
export type MonitoredPortal = {
  env: TestEnv;
  portal: Portal;
  /** `smtp` and `receiver`: the portal's connections, which a test can interrupt. */
  smtp: Network;
  receiver: Network;
  target: { port: number; token: string };
  serveMetrics(): Promise<void>;
  closeMetrics(): Promise<void>;
  scrape(): Promise<Scrape>;
  /** Waits until the event loop is on time, so that other tests' load causes no alert. */
  idleScrape(): Promise<Scrape>;
  background(): Promise<void>;
  close(): Promise<void>;
};

async function startReceiver(): Promise<Server> {
  const server = createServer(certificates.good, (request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** The portal's calls to Okta have the time limits of production. */
export async function startMonitoredPortal(): Promise<MonitoredPortal> {
  const env = await startTestEnv({ rateLimit: RATE_LIMIT });
  const smtp = await startNetwork(Number(new URL(env.emulator.smtpUrl).port));
  const server = await startReceiver();
  const receiver = await startNetwork((server.address() as AddressInfo).port);
  const url = `https://localhost:${receiver.port}/audit`;
  const auditSink = createWebhookSink({ url, secrets: [SECRET], ca: authority }, env.clock);
  const { mailer, close: closeMailer } = createSmtpMailer(
    `smtp://127.0.0.1:${smtp.port}`,
    'Latchkey <latchkey@example.com>',
  );
  const metrics = createMetrics();
  const portal = await env.fresh({
    app: { mailer, audit: { keys: auditKeys, sink: auditSink }, helpdesk: helpdeskOfDemo(env) },
    observer: metrics.observer,
    observe: metrics.oktaCall,
    limits: { connectMs: 1000, headersMs: 5000, callMs: 10_000 },
  });
  const { store, okta, app } = portal;
  const target = { port: await freePort(), token: 'a-token-of-monitoring' };
  const sources = { store, okta, clock: env.clock, degradations: app.degradations, hasSink: true };
  async function scrape(): Promise<Scrape> {
    const headers = { authorization: `Bearer ${target.token}` };
    const answer = await fetch(`http://127.0.0.1:${target.port}/metrics`, { headers }).catch(() => null);
    if (answer === null) return 'none';
    if (!answer.ok) throw new Error(`the metrics port answered ${answer.status}`);
    return readScrape(await answer.text());
  }
  async function idleScrape(): Promise<Scrape> {
    for (const until = Date.now() + 60_000; Date.now() < until;) {
      const found = await scrape();
      if (found !== 'none' && (getValue(found, 'nodejs_eventloop_lag_p99_seconds') ?? 0) < LATE) return found;
    }
    throw new Error('the event loop was never on time');
  }
  let end = async () => {};
  const closeMetrics = () => end();
  return {
    ...{ env, portal, smtp, receiver, target, closeMetrics, scrape, idleScrape },
    async serveMetrics() {
      end = await metrics.listen(sources, { port: target.port, host: '127.0.0.1', token: target.token });
    },
    async background() {
      const { outbox, checkAlarms, auditDelivery } = app.services;
      await app.probe();
      await app.reconcile();
      await checkAlarms();
      await outbox.flush();
      await auditDelivery?.deliver();
    },
    async close() {
      await closeMetrics();
      await portal.close();
      closeMailer();
      await auditSink.close();
      await Promise.all([smtp.close(), receiver.close()]);
      server.closeAllConnections();
      server.close();
      await env.close();
    },
  };
}
