import type { Credential } from '#okta/transport/credential.ts';
import { addressesIn } from '../records/notifications/address-list.ts';
import { parseAuditKeys } from '../records/audit-log/key-settings.ts';
import { readSinkSettings } from '../records/audit-log/sink/settings.ts';
import { readLanguages } from './languages.ts';
import { misspeltSettings } from './misspelt-settings.ts';
import { parseEach, variables, type Settings } from './variables.ts';
import { ConfigError } from '../platform/env/config-error.ts';
import { readCredential } from './credential-settings.ts';
import { readDatabase } from '../platform/env/database-settings.ts';
import { readHelpdeskConfig } from '../features/helpdesk/access/settings.ts';
import { fitAccent } from '../http/pages/accent.ts';
import { readLogo } from '../http/pages/logo.ts';
import { isLoopback } from '../platform/env/loopback.ts';
import { isInTheClear } from '../records/notifications/smtp-url.ts';
import { readMessageLimits } from '../identity/step-up/message-settings.ts';
import { readSecret } from '../platform/env/secret-file.ts';
import { SettingFileError } from '../platform/env/setting-file.ts';

export type Config = ReturnType<typeof readConfig>;
export type RealOrg = NonNullable<Config['okta']>;

const getHost = (url: string) => URL.parse(url)?.hostname ?? '';

const required = {
  OKTA_ISSUER: 'Okta shows it at Security > API > Authorization Servers',
  OKTA_CLIENT_ID: 'Okta shows it at the web app (Applications > Applications)',
  OKTA_CLIENT_SECRET: 'Okta shows it at the web app (Applications > Applications)',
  SESSION_SECRET: 'make one with openssl rand -base64 48',
  AUDIT_SIGNING_KEY:
    'make one with openssl genpkey -algorithm ed25519 -out audit-signing.pem, and set it to @audit-signing.pem',
} as const;
const plainSecrets = [
  'SESSION_SECRET',
  'OKTA_CLIENT_SECRET',
  'OKTA_API_TOKEN',
  'METRICS_TOKEN',
  'AUDIT_SINK_SECRET',
  'EMULATOR_CLIENT_SECRET',
  'EMULATOR_API_TOKEN',
  'SMTP_URL',
  'DATABASE_URL',
] as const;
export const secretSettings = [...plainSecrets, 'AUDIT_SIGNING_KEY', 'OKTA_SERVICE_PRIVATE_KEY'] as const;
/** In seconds. Long enough for a health check every two seconds to notice that the portal shuts down. */
const DRAIN_SECONDS = 5;
/** A number reserved for fiction (NANP 555-01xx). */
const DEMO_SUPPORT_PHONE = '+1 555 010 0199';
const examples = /^(?:change.?me|secret|example|password|test)/i;

type Env = Record<string, string | undefined>;
/** Faults stop the start, warnings do not. */
type Findings = { faults: string[]; warnings: string[] };

/** Replaces `@file` with the file's content. `unread`: settings whose file cannot be read. */
function readSecretFiles(environment: Env, { faults, warnings }: Findings): { env: Env; unread: Set<string> } {
  const env = { ...environment };
  const unread = new Set<string>();
  for (const name of plainSecrets) {
    try {
      env[name] = readSecret(env[name], (what) => warnings.push(`${name} ${what}`));
    } catch (error) {
      if (!(error instanceof SettingFileError)) throw error;
      faults.push(`${name} ${error.message}`);
      unread.add(name);
      env[name] = undefined;
    }
  }
  return { env, unread };
}

/** Returns the secrets, newest first. */
function sessionSecretsIn(list: string | undefined, faults: string[]): string[] | null {
  if (list === undefined) return null;
  const secrets = list
    .split(',')
    .map((secret) => secret.trim())
    .filter(Boolean);
  if (secrets.length === 0) faults.push('SESSION_SECRET is a list without a secret');
  for (const secret of secrets) {
    if (Buffer.byteLength(secret) < 32) faults.push('SESSION_SECRET is too short: 32 bytes or more');
    else if (examples.test(secret)) faults.push('SESSION_SECRET looks like an example');
  }
  return secrets;
}

function checkAlways(set: Settings, baseUrl: string, { faults, warnings }: Findings): void {
  if (new URL(baseUrl).pathname !== '/') faults.push('BASE_URL has a path; the portal has an origin of its own');
  if (set.SMTP_URL !== undefined && isInTheClear(set.SMTP_URL))
    warnings.push('SMTP_URL says insecure=true: email goes out in the clear, recovery codes too');
  if (set.METRICS_PORT !== undefined) {
    if (set.METRICS_PORT === set.PORT) faults.push('PORT and METRICS_PORT are the same');
    if (set.METRICS_TOKEN === undefined && !isLoopback(set.METRICS_HOST))
      warnings.push(
        'METRICS_HOST is not loopback, and without METRICS_TOKEN whoever reaches the port reads the metrics',
      );
  }
  if (set.RATE_LIMITS === 'off' && !(isLoopback(getHost(baseUrl)) && isLoopback(set.HOST)))
    faults.push('RATE_LIMITS may be off only where BASE_URL and HOST are loopback');
}

function checkDemo(set: Settings, baseUrl: string, env: Env, faults: string[]): void {
  const why = 'the emulator is for this machine alone; set OKTA_ORG_URL for a real one';
  if (!isLoopback(set.HOST)) faults.push(`HOST is not loopback: ${why}`);
  if (!isLoopback(getHost(baseUrl))) faults.push(`BASE_URL is not loopback: ${why}`);
  if (env['NODE_ENV'] === 'production') faults.push(`NODE_ENV is production: ${why}`);
  if (set.EMULATOR_URL !== undefined && !isLoopback(getHost(set.EMULATOR_URL)))
    faults.push('EMULATOR_URL is not loopback');
  if (set.PORT !== 0 && set.PORT === set.EMULATOR_PORT) faults.push('PORT and EMULATOR_PORT are the same');
}

function checkOrg(set: Settings, orgUrl: string, faults: string[]): void {
  if (!orgUrl.startsWith('https:') && !isLoopback(getHost(orgUrl))) faults.push('OKTA_ORG_URL is not https');
  const { pathname, search, hash, username, password } = new URL(orgUrl);
  if (pathname !== '/' || search || hash || username || password)
    faults.push('OKTA_ORG_URL has more than an address: write it as https://example.okta.com');
  const signer = set.OKTA_LOGOUT_ISSUER;
  if (signer?.startsWith('http:') && !isLoopback(getHost(signer))) faults.push('OKTA_LOGOUT_ISSUER is not https');
  if (set.OKTA_ISSUER && new URL(set.OKTA_ISSUER).origin !== new URL(orgUrl).origin)
    faults.push(
      "OKTA_ISSUER is on another origin than OKTA_ORG_URL: set both to the same host, the org's or its custom domain",
    );
}

function checkReal(set: Settings, baseUrl: string, env: Env, unread: Set<string>, faults: string[]): void {
  for (const [name, how] of Object.entries(required))
    if (!set[name as keyof typeof required] && !unread.has(name)) faults.push(`${name} is missing: ${how}`);
  if (!baseUrl.startsWith('https:') && !isLoopback(getHost(baseUrl)))
    faults.push('BASE_URL is not https: set it to the https address that people open');
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    faults.push('NODE_TLS_REJECT_UNAUTHORIZED is 0, so that anybody on the way could answer as Okta: unset it');
  checkOrg(set, set.OKTA_ORG_URL!, faults);
}

const demoSettings = (set: Settings) => ({
  port: set.EMULATOR_PORT,
  url: set.EMULATOR_URL,
  engine: set.EMULATOR_ENGINE,
  clientSecret: set.EMULATOR_CLIENT_SECRET,
  apiToken: set.EMULATOR_API_TOKEN,
  signIn: set.EMULATOR_SIGN_IN,
  passkeyRpId: set.EMULATOR_PASSKEY_RP_ID,
  rateLimit: set.EMULATOR_RATE_LIMIT,
});

/** Call only after `checkReal`, which reports missing settings. */
const orgSettings = (set: Settings, credential: Credential) => ({
  orgUrl: set.OKTA_ORG_URL!,
  issuer: set.OKTA_ISSUER!,
  clientId: set.OKTA_CLIENT_ID!,
  clientSecret: set.OKTA_CLIENT_SECRET!,
  credential,
  /** The issuer whose Universal Logout requests the portal accepts. Null: none. */
  logoutIssuer: set.OKTA_LOGOUT_ISSUER === 'none' ? null : (set.OKTA_LOGOUT_ISSUER ?? set.OKTA_ORG_URL!),
});

const portalSettings = (set: Settings, baseUrl: string, isDemo: boolean, faults: string[]) => ({
  baseUrl,
  shown: {
    orgName: set.ORG_NAME,
    hasLogo: set.BRAND_LOGO !== undefined,
    languages: readLanguages(set.LANGUAGES, isDemo, faults),
    supportUrl: set.SUPPORT_URL ?? null,
    supportPhone: set.SUPPORT_PHONE ?? (isDemo ? DEMO_SUPPORT_PHONE : null),
    supportHours: set.SUPPORT_HOURS ?? null,
    oktaSettingsUrl: set.OKTA_SETTINGS_URL ?? null,
  },
  logo: readLogo(set.BRAND_LOGO, faults),
  accent: set.BRAND_COLOR === undefined ? null : fitAccent(set.BRAND_COLOR),
  /** Number of wrong codes in a row after which Okta locks the account. */
  lockout: set.OKTA_LOCKOUT,
  /** Messages per 24 hours. */
  messageLimits: readMessageLimits(set.MESSAGE_LIMITS, faults),
  trustedProxies: set.TRUSTED_PROXIES,
  rateLimits: set.RATE_LIMITS === 'on',
  /** Per minute and network. */
  signInRate: set.SIGN_IN_RATE_LIMIT,
  /** Null: metrics are open to everyone, and the health check shows no reasons. */
  metricsToken: set.METRICS_TOKEN ?? null,
  auditLogLines: set.AUDIT_LOG_LINES === 'on',
  alarmEmail: addressesIn('ALARM_EMAIL', set.ALARM_EMAIL, faults),
});
export type PortalSettings = ReturnType<typeof portalSettings>;

/**
 * Reads the settings (`docs/settings.md`) from an environment. No `OKTA_ORG_URL` means demo mode. Throws one
 * ConfigError that lists all errors.
 */
export function readConfig(environment: Env) {
  const findings: Findings = { faults: [], warnings: [] };
  const { faults, warnings } = findings;
  const { env, unread } = readSecretFiles(environment, findings);
  faults.push(...misspeltSettings(environment, Object.keys(variables)));
  const set = parseEach(env, faults);
  const baseUrl = set.BASE_URL ?? `http://localhost:${set.PORT}`;
  const isDemo = set.OKTA_ORG_URL === undefined;
  const auditKeys = parseAuditKeys(set.AUDIT_SIGNING_KEY, faults, warnings);
  const auditSink = unread.has('AUDIT_SINK_SECRET') ? null : readSinkSettings(set, faults);
  const helpdesk = readHelpdeskConfig(set, faults);
  const database = readDatabase(set, faults, warnings);
  const portal = portalSettings(set, baseUrl, isDemo, faults);
  const credential = isDemo ? null : readCredential(set, faults, helpdesk.groups !== null, warnings);
  const sessionSecrets = sessionSecretsIn(set.SESSION_SECRET, faults);
  checkAlways(set, baseUrl, findings);
  if (isDemo) checkDemo(set, baseUrl, env, faults);
  else checkReal(set, baseUrl, env, unread, faults);
  if (faults.length) throw new ConfigError(faults);

  const common = {
    port: set.PORT,
    host: set.HOST,
    portal,
    dataDir: set.DATA_DIR,
    /** Null: SQLite in `dataDir`. */
    database,
    /** How long a portal that shuts down still accepts requests. */
    drainMs: (set.DRAIN_SECONDS ?? (database ? DRAIN_SECONDS : 0)) * 1000,
    smtpUrl: set.SMTP_URL ?? null,
    emailFrom: set.EMAIL_FROM,
    metrics:
      set.METRICS_PORT === undefined
        ? null
        : { port: set.METRICS_PORT, host: set.METRICS_HOST, token: portal.metricsToken },
    auditSink,
    helpdesk,
    logLevel: set.LOG_LEVEL ?? (isDemo ? 'warn' : 'info'),
    warnings,
    /** Newest first. Null in the demo, which generates its own secret. */
    sessionSecrets,
    /** Newest first. Null in the demo, which generates its own key. */
    auditKeys,
  };
  return isDemo
    ? { ...common, okta: null, demo: demoSettings(set) }
    : { ...common, demo: null, okta: orgSettings(set, credential!) };
}
