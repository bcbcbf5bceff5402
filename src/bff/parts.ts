import { randomUUID } from 'node:crypto';
import pino, { type Logger } from 'pino';
import { createOktaClient, type OktaClientOptions } from '#okta/client.ts';
import type { Clock } from '#clock';
import type { Config } from './config/config.ts';
import { helpdeskSettings, type HelpdeskSettings } from './features/helpdesk/access/settings.ts';
import type { Shutdown } from './platform/lifecycle/shutdown.ts';
import { logMessage } from './platform/lifecycle/log-messages.ts';
import { createLogOutput } from './platform/lifecycle/log-output.ts';
import type { Outages } from './platform/lifecycle/outages.ts';
import { joinReplicas } from './platform/lifecycle/replicas.ts';
import { version } from './platform/lifecycle/version.ts';
import { openStore } from './platform/store/open.ts';
import { followStoreTime } from './platform/store/store-time.ts';

// Modules of optional features are imported only if configured, because they cost memory and start time.

/** `always` writes at any LOG_LEVEL. */
export function openLogs(level: string): { logger: Logger; always: Logger } {
  const standardError = createLogOutput(2);
  process.on('exit', standardError.flush);
  return { logger: pino({ level }, standardError), always: pino({ level: 'info' }, standardError) };
}

/** `now`: the time by the database's clock. `count`: the number of portals that share the store. */
export async function joinStore(config: Config, logger: Logger, outages: Outages, ending: Shutdown) {
  const store = await openStore(config, { warn: (what, reason) => logMessage(logger, what, { reason }) });
  ending.closes(() => store.destroy());
  const time = await followStoreTime(store, (error) => outages.background(error, 'the database’s clock was not read'));
  ending.closes(time.stop);
  if (!config.database) return { store, now: time.now, count: () => 1 };
  const uncounted = (error: unknown) => outages.background(error, 'live portals were not counted');
  const replicas = await joinReplicas(store, randomUUID(), uncounted);
  ending.closes(() => replicas.leave());
  return { store, now: time.now, count: replicas.count };
}

export const openMetrics = async ({ metrics }: Config) =>
  metrics && (await import('./platform/metrics/metrics.ts')).createMetrics();

type Org = Pick<OktaClientOptions, 'orgUrl' | 'credential' | 'clock' | 'replicas'>;
export function openOkta(org: Org, metrics: Awaited<ReturnType<typeof openMetrics>>, logger: Logger, ending: Shutdown) {
  const okta = createOktaClient({
    ...org,
    userAgent: `latchkey/${version}`,
    observe(call) {
      metrics?.oktaCall(call);
      const { method, path, status, ms, oktaRequestId, error } = call;
      logger.debug({ method, path, status, ms, oktaRequestId, error }, 'org');
    },
  });
  ending.closes(() => okta.close());
  return okta;
}

export async function openMailer(smtpUrl: string | null, from: string, logger: Logger, ending: Shutdown) {
  if (smtpUrl === null) {
    logMessage(logger, 'SMTP_URL is not set');
    return null;
  }
  const smtp = (await import('./records/notifications/smtp.ts')).createSmtpMailer(smtpUrl, from);
  ending.closes(() => smtp.close());
  return smtp.mailer;
}

export async function openAuditSink({ auditSink }: Config, clock: Clock, ending: Shutdown) {
  if (!auditSink) return null;
  const sink = (await import('./records/audit-log/sink/webhook.ts')).createWebhookSink(auditSink, clock);
  ending.closes(() => sink.close());
  return sink;
}

type DemoGroups = Record<'helpdesk' | 'helpdeskApprovers' | 'auditors' | 'everyone' | 'engineering', string>;
/** `groups`: null with a real org. */
export function findHelpdesk(config: Config, groups: DemoGroups | null, logger: Logger): HelpdeskSettings | null {
  const demo = groups && {
    agentsGroupId: groups.helpdesk,
    approversGroupId: groups.helpdeskApprovers,
    auditorsGroupId: groups.auditors,
    scope: new Map([[groups.helpdesk, [groups.everyone, groups.engineering]]]),
  };
  const helpdesk = helpdeskSettings(config.helpdesk, demo);
  if (helpdesk && !/^phrh?$/.test(helpdesk.acr))
    logger[demo ? 'info' : 'warn'](
      { acr: helpdesk.acr },
      'HELPDESK_ACR is less than phishing-resistant: agents can be talked out of their own proof',
    );
  return helpdesk;
}
