import * as z from 'zod';
import { alarmsOf } from './alarms/settings.ts';
import type { AlarmSettings } from './alarms/settings.ts';
import type { Credential } from '#okta/credential.ts';
import { auditKeysOf } from './audit/key-settings.ts';
import type { AuditKeys } from './audit/keys.ts';
import { credentialOf } from './credential-settings.ts';
import { createProxies } from './guards/address.ts';
import { helpdeskOf } from './helpdesk/settings.ts';
import type { HelpdeskConfig } from './helpdesk/settings.ts';
import { isLoopback } from './loopback.ts';
import { isInTheClear } from './notices/smtp-url.ts';
import { messageLimitsOf } from './proof/message-settings.ts';
import type { MessageLimits } from './proof/message-settings.ts';
import { readSecret, SecretFileError } from './secret.ts';

/** Everything that is wrong with the settings, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

export type RealOrg = {
  orgUrl: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  credential: Credential;
  /** Who signs requests of Universal Logout; null takes none. */
  logoutIssuer: string | null;
};
export type DemoOrg = {
  port: number;
  url: string | undefined;
  engine: 'classic' | 'oie';
  clientSecret: string | undefined;
  apiToken: string | undefined;
  signIn: 'password' | 'password+factor';
  passkeyRpId: string | undefined;
  rateLimit: number;
};

export type Config = {
  port: number;
  host: string;
  baseUrl: string;
  orgName: string;
  supportUrl: string | null;
  supportPhone: string | null;
  oktaSettingsUrl: string | null;
  dataDir: string;
  lockout: number;
  smtpUrl: string | null;
  mailFrom: string;
  trustedProxies: string[];
  rateLimits: boolean;
  alarms: AlarmSettings;
  messageLimits: MessageLimits;
  /** How many may start to sign in, a minute and network. */
  signInRate: number;
  helpdesk: HelpdeskConfig;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** What is doubtful and no fault, one line each. */
  warnings: string[];
  /** Newest first; null in demo mode, where one is made and kept. */
  sessionSecrets: string[] | null;
  /** Newest first; null in demo mode, where one is made and kept. */
  auditKeys: AuditKeys | null;
} & ({ demo: DemoOrg; okta: null } | { demo: null; okta: RealOrg });

const empty = (value: unknown) => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(empty, schema.optional());
const withDefault = <T extends z.ZodType>(schema: T, value: z.input<T>) => z.preprocess((given) => empty(given) ?? value, schema);
const whole = (least: number, most: number) => {
  const range = `is not a whole number from ${least} to ${most}`;
  return z.coerce.number({ error: range }).int(range).min(least, range).max(most, range);
};
const address = z.url({ protocol: /^https?$/, error: 'is not an http(s) address' }).transform((url) => url.replace(/\/+$/, ''));

const listOf = (text: string) => text.split(',').map((entry) => entry.trim()).filter(Boolean);

const variables = {
  PORT: withDefault(whole(0, 65_535), '3000'),
  HOST: withDefault(z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'is not a host'), '127.0.0.1'),
  BASE_URL: optional(address),
  ORG_NAME: withDefault(z.string().max(60), 'Example'),
  SUPPORT_URL: optional(z.url({ protocol: /^(?:https?|mailto)$/, error: 'is not an address' })),
  SUPPORT_PHONE: optional(z.string().regex(/^[+0-9 ()./-]{3,40}$/, 'is not a phone number')),
  DATA_DIR: withDefault(z.string(), './.data'),
  ORG_PORT: withDefault(whole(0, 65_535), '3001'),
  ORG_URL: optional(address),
  ORG_ENGINE: withDefault(z.enum(['classic', 'oie'], 'is neither classic nor oie'), 'classic'),
  ORG_SIGN_IN: withDefault(z.enum(['password', 'password+factor'], 'is neither password nor password+factor'), 'password'),
  ORG_PASSKEY_RP_ID: optional(z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'is not a host, nor none')),
  ORG_CLIENT_SECRET: optional(z.string().min(16, 'is too short: 16 characters or more')),
  ORG_API_TOKEN: optional(z.string().min(16, 'is too short: 16 characters or more')),
  ORG_RATE_LIMIT: withDefault(whole(0, 1_000_000), '600'),
  OKTA_ORG_URL: optional(address),
  OKTA_ISSUER: optional(address),
  OKTA_CLIENT_ID: optional(z.string()),
  OKTA_LOGOUT_ISSUER: optional(z.union([z.literal('none'), address], 'is neither an address nor none')),
  OKTA_CLIENT_SECRET: optional(z.string()),
  OKTA_API_TOKEN: optional(z.string().regex(/^[\x21-\x7e]+$/, 'has characters that no header can carry')),
  OKTA_SERVICE_CLIENT_ID: optional(z.string()),
  OKTA_SERVICE_PRIVATE_KEY: optional(z.string()),
  HELPDESK_GROUP_ID: optional(z.string()),
  HELPDESK_ADMIN_GROUP_ID: optional(z.string()),
  HELPDESK_SCOPE: optional(z.string()),
  HELPDESK_PRIVILEGED_GROUP_IDS: optional(z.string()),
  HELPDESK_ACR: optional(z.string().regex(/^[\x21-\x7e]{1,100}$/, 'is no authentication context (phr, urn:okta:loa:2fa:any)')),
  HELPDESK_TICKET_PATTERN: optional(z.string().max(200, 'is too long: 200 characters at most')),
  HELPDESK_POLICY: optional(z.string()),
  OKTA_LOCKOUT: withDefault(whole(2, 100), '5'),
  OKTA_SETTINGS_URL: optional(address),
  SESSION_SECRET: optional(z.string()),
  AUDIT_SIGNING_KEY: optional(z.string()),
  SMTP_URL: optional(
    z
      .url({ protocol: /^smtps?$/, error: 'is not an smtp:// address' })
      .refine((url) => /^(?:\?insecure=(?:true|false))?$/.test(URL.parse(url)?.search ?? ''), 'has a parameter other than insecure=true'),
  ),
  MAIL_FROM: withDefault(z.string().regex(/^[^\r\n]+@[^\r\n]+$/, 'is not a mail address'), 'Latchkey <latchkey@localhost>'),
  ALARM_MAIL: withDefault(z.string(), ''),
  ALARM_RESETS: optional(z.string()),
  ALARM_REFUSALS: optional(z.string()),
  ALARM_SENDS: optional(z.string()),
  MESSAGE_LIMITS: optional(z.string()),
  TRUSTED_PROXIES: withDefault(z.string(), '').transform(listOf).superRefine((proxies, { addIssue }) => {
    try {
      createProxies(proxies);
    } catch (error) {
      addIssue({ code: 'custom', message: `is wrong: ${(error as Error).message}` });
    }
  }),
  LOG_LEVEL: withDefault(z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'is none of debug, info, warn, error, silent'), 'warn'),
  SIGN_IN_RATE_LIMIT: withDefault(whole(10, 1_000_000), '1200'),
  RATE_LIMITS: withDefault(z.enum(['on', 'off'], 'is neither on nor off'), 'on'),
};

type Settings = { [K in keyof typeof variables]: z.output<(typeof variables)[K]> };

/** Parses each variable by itself, so that one fault hides no other; a faulty one goes on as its default. */
function parseEach(env: Record<string, string | undefined>, faults: string[]): Settings {
  const entries = Object.entries(variables).map(([name, schema]) => {
    const result = schema.safeParse(env[name]);
    if (result.success) return [name, result.data];
    faults.push(`${name} ${result.error.issues[0]!.message}`);
    return [name, schema.safeParse(undefined).data];
  });
  return Object.fromEntries(entries) as Settings;
}

const hostOf = (url: string) => URL.parse(url)?.hostname ?? '';

const required = ['OKTA_ISSUER', 'OKTA_CLIENT_ID', 'OKTA_CLIENT_SECRET', 'SESSION_SECRET', 'AUDIT_SIGNING_KEY'] as const;
/** Settings that hold a secret; each may be `@` and the name of a file. (Two more are keys: `credentialOf` and `auditKeysOf` read them.) */
export const secretSettings = ['SESSION_SECRET', 'OKTA_CLIENT_SECRET', 'OKTA_API_TOKEN', 'ORG_CLIENT_SECRET', 'ORG_API_TOKEN', 'SMTP_URL'] as const;
const examples = /^(?:change.?me|secret|example|password|test)/i;

/**
 * Reads the settings of design §9 from an environment. Demo mode is the absence of `OKTA_ORG_URL`.
 * Throws a ConfigError with all that is wrong, at once.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const faults: string[] = [];
  const env: Record<string, string | undefined> = { ...environment };
  const warnings: string[] = [];
  const unread = new Set<string>();
  for (const name of secretSettings) {
    try {
      env[name] = readSecret(env[name], (what) => warnings.push(`${name} ${what}`));
    } catch (error) {
      if (!(error instanceof SecretFileError)) throw error;
      faults.push(`${name} ${error.message}`);
      unread.add(name);
      env[name] = undefined;
    }
  }
  const set = parseEach(env, faults);
  const baseUrl = set.BASE_URL ?? `http://localhost:${set.PORT}`;
  const onLoopback = isLoopback(hostOf(baseUrl));
  const sessionSecrets = set.SESSION_SECRET?.split(',').map((secret) => secret.trim()).filter(Boolean) ?? null;
  const auditKeys = auditKeysOf(set.AUDIT_SIGNING_KEY, faults, warnings);
  const demo = set.OKTA_ORG_URL === undefined;
  const helpdesk = helpdeskOf(set, faults);
  const alarms = alarmsOf(set, faults);
  const messageLimits = messageLimitsOf(set.MESSAGE_LIMITS, faults);
  const credential = demo ? null : credentialOf(set, faults, helpdesk.groups !== null, warnings);

  if (new URL(baseUrl).pathname !== '/') faults.push('BASE_URL has a path; the portal has an origin of its own');
  for (const secret of sessionSecrets ?? []) {
    if (Buffer.byteLength(secret) < 32) faults.push('SESSION_SECRET is too short: 32 bytes or more');
    else if (examples.test(secret)) faults.push('SESSION_SECRET looks like an example');
  }
  if (set.SMTP_URL !== undefined && isInTheClear(set.SMTP_URL)) warnings.push('SMTP_URL says insecure=true: email goes out in the clear, recovery codes too');
  if (set.RATE_LIMITS === 'off' && !onLoopback) faults.push('RATE_LIMITS may be off only where BASE_URL is loopback');
  if (demo) {
    const why = 'the embedded org is for this machine alone; set OKTA_ORG_URL for a real one';
    if (!isLoopback(set.HOST)) faults.push(`HOST is not loopback: ${why}`);
    if (!onLoopback) faults.push(`BASE_URL is not loopback: ${why}`);
    if (env['NODE_ENV'] === 'production') faults.push(`NODE_ENV is production: ${why}`);
    if (set.ORG_URL !== undefined && !isLoopback(hostOf(set.ORG_URL))) faults.push('ORG_URL is not loopback');
    if (set.PORT !== 0 && set.PORT === set.ORG_PORT) faults.push('PORT and ORG_PORT are the same');
  } else {
    for (const name of required) if (!set[name] && !unread.has(name)) faults.push(`${name} is missing`);
    if (!baseUrl.startsWith('https:') && !onLoopback) faults.push('BASE_URL is not https');
    const orgUrl = set.OKTA_ORG_URL!;
    if (!orgUrl.startsWith('https:') && !isLoopback(hostOf(orgUrl))) faults.push('OKTA_ORG_URL is not https');
    const signer = set.OKTA_LOGOUT_ISSUER;
    if (signer?.startsWith('http:') && !isLoopback(hostOf(signer))) faults.push('OKTA_LOGOUT_ISSUER is not https');
    if (set.OKTA_ISSUER && new URL(set.OKTA_ISSUER).origin !== new URL(orgUrl).origin) faults.push('OKTA_ISSUER is on another origin than OKTA_ORG_URL');
  }
  if (faults.length) throw new ConfigError(faults);

  const common = {
    port: set.PORT,
    host: set.HOST,
    baseUrl,
    orgName: set.ORG_NAME,
    supportUrl: set.SUPPORT_URL ?? null,
    supportPhone: set.SUPPORT_PHONE ?? null,
    oktaSettingsUrl: set.OKTA_SETTINGS_URL ?? null,
    dataDir: set.DATA_DIR,
    lockout: set.OKTA_LOCKOUT,
    smtpUrl: set.SMTP_URL ?? null,
    mailFrom: set.MAIL_FROM,
    trustedProxies: set.TRUSTED_PROXIES,
    rateLimits: set.RATE_LIMITS === 'on',
    alarms,
    messageLimits,
    signInRate: set.SIGN_IN_RATE_LIMIT,
    helpdesk,
    logLevel: set.LOG_LEVEL,
    warnings,
    sessionSecrets,
    auditKeys,
  };
  if (demo) {
    const { ORG_PORT: port, ORG_URL: url, ORG_ENGINE: engine, ORG_CLIENT_SECRET: clientSecret, ORG_API_TOKEN: apiToken } = set;
    return { ...common, okta: null, demo: { port, url, engine, clientSecret, apiToken, signIn: set.ORG_SIGN_IN, passkeyRpId: set.ORG_PASSKEY_RP_ID, rateLimit: set.ORG_RATE_LIMIT } };
  }
  return {
    ...common,
    demo: null,
    okta: {
      orgUrl: set.OKTA_ORG_URL!,
      issuer: set.OKTA_ISSUER!,
      clientId: set.OKTA_CLIENT_ID!,
      clientSecret: set.OKTA_CLIENT_SECRET!,
      credential: credential!,
      logoutIssuer: set.OKTA_LOGOUT_ISSUER === 'none' ? null : (set.OKTA_LOGOUT_ISSUER ?? set.OKTA_ORG_URL!),
    },
  };
}
