/**
 * Starts the portal: `latchkey start`, or `npm start` in a clone. `npm run dev` serves its pages from source. Settings
 * are environment variables (docs/settings.md). Without `OKTA_ORG_URL`, the emulator starts, too.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildApp, type App } from '#bff/app.ts';
import { computeFingerprint } from '#bff/config/fingerprint.ts';
import { LOGOUT_PATH, universalLogout } from '#bff/features/sign-in/logout-settings.ts';
import { createProvider } from '#bff/features/sign-in/provider.ts';
import { builtPages } from '#bff/http/pages/built-pages.ts';
import { livePages } from '#bff/http/pages/live-pages.ts';
import { socketLimits } from '#bff/http/sockets.ts';
import { findHelpdesk, joinStore, openAuditSink, openLogs, openMailer, openMetrics, openOkta } from '#bff/parts.ts';
import { startBackground } from '#bff/platform/lifecycle/background.ts';
import { drainLimits } from '#bff/platform/lifecycle/drain.ts';
import { createShutdown } from '#bff/platform/lifecycle/shutdown.ts';
import { logMessage } from '#bff/platform/lifecycle/log-messages.ts';
import { createOutages } from '#bff/platform/lifecycle/outages.ts';
import { notifySupervisor } from '#bff/platform/lifecycle/supervisor.ts';
import { noObserver } from '#bff/platform/metrics/observer.ts';
import { keptSecret } from '#bff/platform/store/kept-secret.ts';
import { createSealer } from '#bff/platform/store/secrets.ts';
import { createCheckpoint } from '#bff/records/audit-log/checkpoint.ts';
import { keptAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { announceStart, failStart, failStartBy, readConfigOrFail } from '#bff/start.ts';
import { createClock, machineNow } from '#clock';
import { takeFolder } from '#database/make-folder.ts';
import type { Emulator } from '#okta-emulator/start.ts';

const root = join(import.meta.dirname, '..');
/** After this time (ms), a call to Okta has ended, even if the process that sent it has died. */
const CALL_MS = 12_000;
const startedAt = performance.now();
const development = process.argv.includes('--dev');
// No setting may allow this combination, so it is checked before the settings are read.
if (development && process.env['OKTA_ORG_URL'])
  failStart('npm run dev is for the demo alone: it serves sources as they are. Unset OKTA_ORG_URL, or use npm start.');
const config = readConfigOrFail();
const { dataDir } = config;
const { baseUrl } = config.portal;
const { logger, always } = openLogs(config.logLevel);
const outages = createOutages(logger, { now: machineNow });
let app: App | null = null;
/** With a database, this is the database's time, so that all replicas use one clock. */
let now = machineNow;
const clock = createClock(
  () => now(),
  () => performance.now(),
);
async function logHead(): Promise<void> {
  if (app) always.info(createCheckpoint(await app.services.auditLog.head()), 'the audit log ends here');
}
const ending = createShutdown({ log: logger, announce: () => app?.announceEnd(), lastWords: logHead });

async function startDemo(): Promise<Emulator | null> {
  if (!config.demo) return null;
  const { startEmulator } = await import('#okta-emulator/start.ts');
  const emulator = await startEmulator({
    ...config.demo,
    dataDir,
    clock,
    redirectUris: [`${baseUrl}/auth/callback`],
    logoutEndpoint: `${baseUrl}${LOGOUT_PATH}`,
    onReset: async () => app?.reset(),
    log: logger,
  });
  ending.closes(() => emulator.close());
  return emulator;
}

function findOrg(emulator: Emulator | null): NonNullable<typeof config.okta> {
  if (!emulator) return config.okta!;
  const { url: orgUrl, issuer, clientId, clientSecret, apiToken: token } = emulator;
  return { orgUrl, issuer, clientId, clientSecret, credential: { kind: 'ssws', token }, logoutIssuer: orgUrl };
}

async function open(): Promise<Emulator | null> {
  const pagesComing = development
    ? Promise.resolve(livePages(root, dataDir))
    : builtPages(root).then((built) => built ?? failStart('The pages are not built yet. Run: npm run build'));
  pagesComing.catch(() => {});
  // A store in a file allows only one portal.
  if (!config.database) ending.closes(takeFolder(dataDir));
  const emulator = await startDemo();
  const org = findOrg(emulator);
  const { issuer, clientId, clientSecret, logoutIssuer } = org;
  const { store, count: replicas, now: storeNow } = await joinStore(config, logger, outages, ending);
  now = storeNow;
  ending.closes(logHead);
  const metrics = await openMetrics(config);
  const okta = openOkta({ ...org, clock, replicas }, metrics, logger, ending);
  const mailer = await openMailer(config.smtpUrl ?? emulator?.smtpUrl ?? null, config.emailFrom, logger, ending);
  const sink = await openAuditSink(config, clock, ending);
  const pages = await pagesComing;
  if (pages.close) ending.closes(pages.close);
  app = await buildApp({
    settings: config.portal,
    simulatorUrl: emulator?.simulatorUrl ?? null,
    helpdesk: findHelpdesk(config, emulator?.groups ?? null, logger),
    universalLogout: logoutIssuer === null ? null : universalLogout(logoutIssuer, { issuer, clientId }, baseUrl),
    fingerprint: computeFingerprint(config),
    clock,
    store,
    sealer: createSealer(config.sessionSecrets ?? [keptSecret(dataDir)]),
    okta,
    reconcileGraceMs: emulator ? 0 : CALL_MS,
    provider: createProvider({
      ...{ issuer, clientId, clientSecret, redirectUri: `${baseUrl}/auth/callback` },
      now: () => now(),
      ...(metrics && { observe: metrics.oktaCall }),
    }),
    mailer,
    audit: { keys: config.auditKeys ?? readAuditKeys(keptAuditKey(dataDir)), sink },
    pages,
    development,
    connections: { sockets: socketLimits, drain: { ...drainLimits, ...(development && { quietMs: 0 }) } },
    monitoring: { logger, outages, observer: metrics?.observer ?? noObserver },
    pause,
  });
  const { fastify, services, degradations } = app;
  // Rejects if another key signed the audit log. Nothing may then be added to the log.
  await services.auditLog.head();
  await pages.attach?.(fastify);
  if (metrics && config.metrics) {
    const sources = { store, clock, okta, degradations, hasSink: sink !== null };
    ending.closes(await metrics.listen(sources, config.metrics));
  }
  await fastify.listen({ port: config.port, host: config.host });
  ending.closes(() => fastify.close());
  await logHead();
  // No `ending.closes`: systemd also watches the portal while it finishes its last requests.
  notifySupervisor(process.env, (err) => logMessage(logger, 'systemd was not told', { err }));
  ending.closes(startBackground({ app, store, logHead, outages }));
  return emulator;
}

process.on('SIGTERM', () => void ending.end(config.drainMs));
process.on('SIGINT', () => void ending.end(0));
process.removeAllListeners('warning').on('warning', (err) => logMessage(logger, 'a warning of Node', { err }));
process.on('unhandledRejection', (err) => logMessage(logger, 'nobody handled an error', { err }));
for (const warning of config.warnings) logMessage(logger, 'a setting is doubtful', { setting: warning });
const emulator = await open().catch((error: unknown) => failStartBy(error, config, logger));
announceStart(baseUrl, startedAt, emulator, always);
