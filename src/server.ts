/**
 * `npm start` starts the portal, and `npm run dev` serves its pages from source. Settings are environment variables
 * (docs/settings.md); without `OKTA_ORG_URL` the emulator starts too.
 *
 * The composition root: reads the configuration once, creates the services, starts and stops them.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pino from 'pino';
import { buildApp } from '#bff/app.ts';
import { ForeignHeadError } from '#bff/records/audit-log/audit-log.ts';
import { keptAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { checkpointOf } from '#bff/records/audit-log/checkpoint.ts';
import { readConfig, type Config } from '#bff/config/config.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { startBackground } from '#bff/platform/lifecycle/background.ts';
import { builtCommit, version } from '#bff/platform/lifecycle/version.ts';
import { notifySupervisor } from '#bff/platform/lifecycle/supervisor.ts';
import { createEnding } from '#bff/platform/lifecycle/ending.ts';
import { createLogOutput } from '#bff/platform/lifecycle/log-output.ts';
import { createOutages } from '#bff/platform/lifecycle/outages.ts';
import { joinReplicas } from '#bff/platform/lifecycle/replicas.ts';
import { fingerprintOf } from '#bff/config/fingerprint.ts';
import { builtPages } from '#bff/http/pages/built-pages.ts';
import { livePages } from '#bff/http/pages/live-pages.ts';
import { helpdeskSettings } from '#bff/features/helpdesk/access/settings.ts';
import { LOGOUT_PATH, universalLogout } from '#bff/features/sign-in/logout-settings.ts';
import { createProvider } from '#bff/features/sign-in/provider.ts';
import { keptSecret } from '#bff/platform/store/kept-secret.ts';
import { openStore } from '#bff/platform/store/open.ts';
import { logMessage } from '#bff/platform/lifecycle/log-messages.ts';
import { followStoreTime } from '#bff/platform/store/store-time.ts';
import { createSealer } from '#bff/platform/store/secrets.ts';
import { createClock, machineNow } from '#clock';
import { createOktaClient } from '#okta/client.ts';
import { isUnusable, reasonOf, SchemaVersionError } from '#database/errors.ts';
import { FolderError, takeFolder } from '#database/make-folder.ts';
import type { Emulator } from '#okta-emulator/start.ts';

const root = join(import.meta.dirname, '..');
/** The longest that a call to Okta lasts, in milliseconds, whatever happens to this process. */
const CALL_MS = 12_000;

/** Under a supervisor every line is JSON, also the last one of a start that fails. */
const supervised = process.env['NODE_ENV'] === 'production';
/** Prints the lines as an error and exits. */
function fail(...lines: string[]): never {
  const reason = lines.map((line) => line.trim()).join(' ');
  if (supervised) logMessage(pino(pino.destination({ dest: 2, sync: true })), 'the start failed', { reason });
  else for (const line of lines) console.error(line);
  process.exit(1);
}

const configure = (): Config => {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) fail('These settings are wrong:', ...error.faults.map((fault) => `  ${fault}`));
    throw error;
  }
};

const started = performance.now();
const development = process.argv.includes('--dev');
// Checked before the settings: no setting can make this valid.
if (development && process.env['OKTA_ORG_URL'])
  fail('npm run dev is for the demo alone: it serves sources as they are. Unset OKTA_ORG_URL, or use npm start.');
const config = configure();
/** The machine's time; with a database, the database's, so that all replicas decide by one clock. */
let machineTime = machineNow;
const clock = createClock(
  () => machineTime(),
  () => performance.now(),
);
const standardError = createLogOutput(2);
process.on('exit', standardError.flush);
const logger = pino({ level: config.logLevel }, standardError);
/** It has its own level: the audit log's checkpoint is written even where nothing else is logged. */
const checkpoint = pino({ level: 'info' }, standardError);
const outages = createOutages(logger, { now: machineNow });
for (const warning of config.warnings) logMessage(logger, 'a setting is doubtful', { setting: warning });
let announceEnd = () => {};
let logHead = async () => {};
const ending = createEnding({ log: logger, announce: () => announceEnd(), lastWords: () => logHead() });

async function open(): Promise<{ emulator: Emulator | null; url: string }> {
  const pagesComing = development
    ? Promise.resolve(livePages(root, config.dataDir))
    : builtPages(root).then((built) => built ?? fail('The pages are not built yet. Run: npm run build'));
  pagesComing.catch(() => {});
  // A store in a file has one portal.
  if (!config.database) ending.closes(takeFolder(config.dataDir));
  let emulator: Emulator | null = null;
  let forget = async () => {};
  if (config.demo) {
    const { startEmulator } = await import('#okta-emulator/start.ts');
    const { demo } = config;
    try {
      emulator = await startEmulator({
        ...demo,
        dataDir: config.dataDir,
        clock,
        redirectUris: [`${config.baseUrl}/auth/callback`],
        logoutEndpoint: `${config.baseUrl}${LOGOUT_PATH}`,
        onReset: () => forget(),
        log: logger,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
        fail(`Port ${demo.port} is taken. Set EMULATOR_PORT to another one.`);
      throw error;
    }
    const opened = emulator;
    ending.closes(() => opened.close());
  }
  const source = emulator
    ? {
        orgUrl: emulator.url,
        issuer: emulator.issuer,
        clientId: emulator.clientId,
        clientSecret: emulator.clientSecret,
        credential: { kind: 'ssws' as const, token: emulator.apiToken },
      }
    : config.okta!;
  const logoutIssuer = emulator ? emulator.url : config.okta!.logoutIssuer;
  const store = await openStore(config, { warn: (what, reason) => logMessage(logger, what, { reason }) });
  ending.closes(() => store.destroy());
  const time = await followStoreTime(store, (error) => outages.background(error, 'the database’s clock was not read'));
  machineTime = time.now;
  ending.closes(time.stop);
  ending.closes(() => logHead());
  const uncounted = (error: unknown) => outages.background(error, 'live portals were not counted');
  const replicas = config.database && (await joinReplicas(store, randomUUID(), uncounted));
  if (replicas) ending.closes(() => replicas.leave());
  // Imported only when needed, as it takes memory.
  const metrics = config.metrics && (await import('#bff/platform/metrics/metrics.ts')).createMetrics();
  const okta = createOktaClient({
    orgUrl: source.orgUrl,
    credential: source.credential,
    clock,
    userAgent: `latchkey/${version}`,
    replicas: () => replicas?.count() ?? 1,
    observe(call) {
      metrics?.oktaCall(call);
      const { method, path, status, ms, oktaRequestId, error } = call;
      logger.debug({ method, path, status, ms, oktaRequestId, error }, 'org');
    },
  });
  ending.closes(() => okta.close());
  const smtpUrl = config.smtpUrl ?? emulator?.smtpUrl ?? null;
  // Imported only when needed: it takes a sixth of the start time.
  const smtp = smtpUrl
    ? (await import('#bff/records/notifications/smtp.ts')).createSmtpMailer(smtpUrl, config.emailFrom)
    : null;
  if (smtp) ending.closes(() => smtp.close());
  else logMessage(logger, 'SMTP_URL is not set');

  // Imported only when needed, as it takes memory.
  const auditSink =
    config.auditSink &&
    (await import('#bff/records/audit-log/sink/webhook.ts')).createWebhookSink(config.auditSink, clock);
  if (auditSink) ending.closes(() => auditSink.close());

  const demoGroups = emulator && {
    agentsGroupId: emulator.groups.helpdesk,
    approversGroupId: emulator.groups.helpdeskApprovers,
    auditorsGroupId: emulator.groups.auditors,
    scope: new Map([[emulator.groups.helpdesk, [emulator.groups.everyone, emulator.groups.engineering]]]),
  };
  const helpdesk = helpdeskSettings(config.helpdesk, demoGroups);
  if (helpdesk && !/^phrh?$/.test(helpdesk.acr)) {
    // The demo chooses this itself, so it needs no warning.
    logger[config.demo ? 'info' : 'warn'](
      { acr: helpdesk.acr },
      'HELPDESK_ACR is less than phishing-resistant: agents can be talked out of their own proof',
    );
  }

  const sealer = createSealer(config.sessionSecrets ?? [keptSecret(config.dataDir)]);
  const provider = createProvider({
    issuer: source.issuer,
    clientId: source.clientId,
    clientSecret: source.clientSecret,
    redirectUri: `${config.baseUrl}/auth/callback`,
    now: () => machineTime(),
    ...(metrics && { observe: metrics.oktaCall }),
  });
  const pages = await pagesComing;
  if (pages.close) ending.closes(pages.close);
  const app = await buildApp({
    baseUrl: config.baseUrl,
    settings: {
      orgName: config.orgName,
      supportUrl: config.supportUrl,
      supportPhone: config.supportPhone,
      supportHours: config.supportHours,
      oktaSettingsUrl: config.oktaSettingsUrl,
      simulatorUrl: emulator?.simulatorUrl ?? null,
    },
    lockout: config.lockout,
    trustedProxies: config.trustedProxies,
    rateLimits: config.rateLimits,
    metricsToken: config.metricsToken,
    fingerprint: fingerprintOf(config),
    signInRate: config.signInRate,
    clock,
    store,
    sealer,
    auditKeys: config.auditKeys ?? readAuditKeys(keptAuditKey(config.dataDir)),
    okta,
    provider,
    mailer: smtp?.mailer ?? null,
    auditSink,
    auditLogLines: config.auditLogLines,
    universalLogout: logoutIssuer === null ? null : universalLogout(logoutIssuer, source, config.baseUrl),
    alarmEmail: config.alarmEmail,
    messageLimits: config.messageLimits,
    helpdesk,
    pages,
    development,
    logger,
    outages,
    reconcileGraceMs: emulator ? 0 : CALL_MS,
    ...(metrics && { observer: metrics.observer }),
  });
  const { fastify, services } = app;
  forget = app.reset;
  announceEnd = app.announceEnd;
  logHead = async () => checkpoint.info(checkpointOf(await services.auditLog.head()), 'the audit log ends here');
  // Runs before anything is served: the portal adds nothing to an audit log that another key signed.
  await services.auditLog.head().catch((error: unknown) => {
    if (!(error instanceof ForeignHeadError)) throw error;
    fail(
      `${error.message}.`,
      'Run `npm run audit:verify`. After a rotation, AUDIT_SIGNING_KEY still needs the key before: NEW,OLD (docs/audit-log.md).',
    );
  });
  await pages.attach?.(fastify);
  if (metrics && config.metrics) {
    const sources = { store, clock, okta, degradations: app.degradations, hasSink: auditSink !== null };
    ending.closes(await metrics.listen(sources, config.metrics));
  }
  await fastify.listen({ port: config.port, host: config.host });
  ending.closes(() => fastify.close());
  await logHead();
  // Runs until the process ends: systemd also watches a portal that answers what it has.
  notifySupervisor(process.env, (err) => logMessage(logger, 'systemd was not told', { err }));

  ending.closes(startBackground({ app, store, logHead, outages }));
  return { emulator, url: config.baseUrl };
}

process.on('SIGTERM', () => void ending.end(config.drainMs));
process.on('SIGINT', () => void ending.end(0));
process.removeAllListeners('warning').on('warning', (err) => logMessage(logger, 'a warning of Node', { err }));
process.on('unhandledRejection', (err) => logMessage(logger, 'nobody handled an error', { err }));

const { emulator, url } = await open().catch((error: unknown) => {
  if (error instanceof SchemaVersionError) fail(error.message);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  const setting = port === config.metrics?.port ? 'METRICS_PORT' : 'PORT';
  if (code === 'EADDRINUSE') fail(`Port ${port} is taken. Set ${setting} to another one.`);
  if (error instanceof FolderError) fail(`DATA_DIR is wrong: ${error.message}`);
  if (isUnusable(error)) fail(`The store cannot be used: ${reasonOf(error)}`);
  logMessage(logger, 'the start failed', { err: error });
  process.exit(1);
});
const seconds = ((performance.now() - started) / 1000).toFixed(1);
const commit = builtCommit();
if (supervised) checkpoint.info({ version, commit, url, seconds: Number(seconds) }, 'started');
else
  console.log(
    [
      '',
      `Latchkey:  ${url}`,
      ...(emulator
        ? [
            `people:    ${emulator.people.map(({ login }) => login).join(', ')}`,
            `password: ${emulator.password}`,
            `simulator: ${emulator.simulatorUrl} (their phone and inbox)`,
          ]
        : []),
      `version:   ${version} (${commit})`,
      `up in ${seconds} s; Ctrl-C ends it`,
    ].join('\n'),
  );
