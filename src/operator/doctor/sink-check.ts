import type { SinkSettings } from '#bff/records/audit-log/sink/settings.ts';
import { createWebhookSink } from '#bff/records/audit-log/sink/webhook.ts';
import { getReason } from '#database/errors.ts';
import { check, type ConfigCheck } from './config-check.ts';

const advice: readonly [RegExp, string][] = [
  [/self.signed|unable to (?:get|verify)/i, 'name the authority of its certificate in AUDIT_SINK_CA_FILE'],
  [/altnames|expired/i, 'its certificate is not valid for the name in AUDIT_SINK, or not any more'],
  [/answered (?:401|403)$/, 'the receiver does not accept the signature: compare AUDIT_SINK_SECRET'],
  [/answered /, 'check the path in AUDIT_SINK; an empty batch must be accepted, too'],
];

export function sinkChecks(settings: SinkSettings | null, clock: { now(): number }): ConfigCheck[] {
  if (!settings) return [];
  const where = new URL(settings.url).host;
  return [
    check('audit sink', async () => {
      const sink = createWebhookSink(settings, clock);
      try {
        await sink.send({ events: [], head: null });
      } catch (error) {
        const reason = getReason(error);
        const what = advice.find(([pattern]) => pattern.test(reason))?.[1] ?? 'check AUDIT_SINK and the network';
        throw new Error(`${where} takes no events (${reason}): ${what}`, { cause: error });
      } finally {
        await sink.close();
      }
      return `${where} accepts a signed batch without events`;
    }),
  ];
}
