import type { Clock } from '#clock';
import type { SinkSettings } from './settings.ts';
import type { AuditSink } from './sink.ts';
import { createSyslogSink } from './syslog.ts';
import { createWebhookSink } from './webhook.ts';

/** @param host the portal's name for the receiver */
export const createAuditSink = (settings: SinkSettings, clock: Pick<Clock, 'now'>, host: string): AuditSink =>
  settings.kind === 'syslog' ? createSyslogSink(settings, clock, host) : createWebhookSink(settings, clock);
