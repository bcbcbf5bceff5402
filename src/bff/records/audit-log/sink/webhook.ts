import { version } from '../../../platform/lifecycle/version.ts';
import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import type { Clock } from '#clock';
import { createCheckpoint } from '../checkpoint.ts';
import type { SinkSettings } from './settings.ts';
import { SEND_MS, type AuditSink } from './sink.ts';

const CONNECT_MS = 5_000;

/** HMAC-SHA-256 over the time (s since 1970), a dot and the body, in hexadecimal. */
const sign = (secret: string, timestamp: string, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');

/** A status of 200 to 299 acknowledges the batch. Redirects are not followed. */
export function createWebhookSink({ url, secrets, ca }: SinkSettings, clock: Pick<Clock, 'now'>): AuditSink {
  const dispatcher = new Agent({
    connections: 1,
    connect: { timeout: CONNECT_MS, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
  });
  return {
    async send({ events, head }) {
      const body = JSON.stringify({ events, ...(head && createCheckpoint(head)) });
      const timestamp = String(Math.floor(clock.now() / 1000));
      const answer = await request(url, {
        method: 'POST',
        dispatcher,
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': `latchkey/${version}`,
          'x-latchkey-timestamp': timestamp,
          'x-latchkey-signature': secrets.map((secret) => `v1=${sign(secret, timestamp, body)}`).join(','),
        },
        signal: AbortSignal.timeout(SEND_MS),
      });
      await answer.body.dump();
      if (answer.statusCode < 200 || answer.statusCode > 299)
        throw new Error(`the webhook answered ${answer.statusCode}`);
    },
    close: () => dispatcher.destroy(),
  };
}
