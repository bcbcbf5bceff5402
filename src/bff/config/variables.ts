import * as z from 'zod';
import { createProxies } from '../platform/client/address.ts';
import { placeVariables } from '../platform/env/store-place.ts';
import { optional, parseWith, wholeNumber, withDefault, type Parsed } from '../platform/env/schemas.ts';

export const retentionVariables = { AUDIT_RETENTION_DAYS: optional(wholeNumber(90, 36_500)) };

const address = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .transform((url) => url.replace(/\/+$/, ''));

const splitList = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);

export const variables = {
  PORT: withDefault(wholeNumber(0, 65_535), '3000'),
  HOST: withDefault(z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'is not a host'), '127.0.0.1'),
  BASE_URL: optional(address),
  DRAIN_SECONDS: optional(wholeNumber(0, 600)),
  ORG_NAME: withDefault(z.string().max(60), 'Example'),
  BRAND_LOGO: optional(z.string()),
  BRAND_COLOR: optional(
    z
      .string()
      .regex(/^#?[0-9a-f]{6}$/i, 'is no colour: write it like #0d5c4c')
      .transform((color) => `#${color.replace('#', '').toLowerCase()}`),
  ),
  LANGUAGES: optional(z.string()),
  SUPPORT_URL: optional(z.url({ protocol: /^(?:https?|mailto)$/, error: 'is not an address' })),
  SUPPORT_PHONE: optional(z.string().regex(/^[+0-9 ()./-]{3,40}$/, 'is not a phone number')),
  SUPPORT_HOURS: optional(z.string().regex(/^[^\p{Cc}]{1,80}$/u, 'is not one line of at most 80 characters')),
  ...placeVariables,
  EMULATOR_PORT: withDefault(wholeNumber(0, 65_535), '3001'),
  EMULATOR_URL: optional(address),
  EMULATOR_ENGINE: withDefault(z.enum(['classic', 'oie'], 'is neither classic nor oie'), 'classic'),
  EMULATOR_SIGN_IN: withDefault(
    z.enum(['password', 'password+factor'], 'is neither password nor password+factor'),
    'password',
  ),
  EMULATOR_PASSKEY_RP_ID: optional(z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'is not a host, nor none')),
  EMULATOR_CLIENT_SECRET: optional(z.string().min(16, 'is too short: 16 characters or more')),
  EMULATOR_API_TOKEN: optional(z.string().min(16, 'is too short: 16 characters or more')),
  EMULATOR_RATE_LIMIT: withDefault(wholeNumber(0, 1_000_000), '600'),
  OKTA_ORG_URL: optional(address),
  OKTA_ISSUER: optional(address),
  OKTA_CLIENT_ID: optional(z.string()),
  OKTA_LOGOUT_ISSUER: optional(z.union([z.literal('none'), address], 'is neither an address nor none')),
  OKTA_CLIENT_SECRET: optional(z.string()),
  OKTA_API_TOKEN: optional(
    z
      .string()
      .regex(/^(?!SSWS\s)/i, 'begins with “SSWS”: set it to what comes after that')
      .regex(/^[\x21-\x7e]+$/, 'has characters that no header can carry'),
  ),
  OKTA_SERVICE_CLIENT_ID: optional(z.string()),
  OKTA_SERVICE_PRIVATE_KEY: optional(z.string()),
  HELPDESK_GROUP_ID: optional(z.string()),
  HELPDESK_APPROVER_GROUP_ID: optional(z.string()),
  HELPDESK_AUDITOR_GROUP_ID: optional(z.string()),
  HELPDESK_SCOPE: optional(z.string()),
  HELPDESK_PRIVILEGED_GROUP_IDS: optional(z.string()),
  HELPDESK_ACR: optional(
    z.string().regex(/^[\x21-\x7e]{1,100}$/, 'is no authentication context (phr, urn:okta:loa:2fa:any)'),
  ),
  HELPDESK_TICKET_PATTERN: optional(z.string().max(200, 'is too long: 200 characters at most')),
  HELPDESK_APPROVER_EMAIL: optional(z.string()),
  HELPDESK_UNVERIFIED: withDefault(z.enum(['approver', 'off'], 'is neither approver nor off'), 'approver'),
  HELPDESK_CALL_BACK: withDefault(z.enum(['on', 'off'], 'is neither on nor off'), 'on'),
  OKTA_LOCKOUT: withDefault(wholeNumber(2, 100), '5'),
  OKTA_SETTINGS_URL: optional(address),
  SESSION_SECRET: optional(z.string()),
  AUDIT_SIGNING_KEY: optional(z.string()),
  ...retentionVariables,
  AUDIT_LOG_LINES: withDefault(z.enum(['on', 'off'], 'is neither on nor off'), 'off'),
  AUDIT_SINK: optional(z.string()),
  AUDIT_SINK_CA_FILE: optional(z.string()),
  AUDIT_SINK_SECRET: optional(z.string()),
  SMTP_URL: optional(
    z
      .url({ protocol: /^smtps?$/, error: 'is not an smtp:// address' })
      .refine(
        (url) => /^(?:\?insecure=(?:true|false))?$/.test(URL.parse(url)?.search ?? ''),
        'has a parameter other than insecure=true',
      ),
  ),
  EMAIL_FROM: withDefault(
    z.string().regex(/^[^\r\n]+@[^\r\n]+$/, 'is not a mail address'),
    'Latchkey <latchkey@localhost>',
  ),
  ALARM_EMAIL: withDefault(z.string(), ''),
  MESSAGE_LIMITS: optional(z.string()),
  TRUSTED_PROXIES: withDefault(z.string(), '')
    .transform(splitList)
    .superRefine((proxies, { addIssue }) => {
      try {
        createProxies(proxies);
      } catch (error) {
        addIssue({ code: 'custom', message: `is wrong: ${(error as Error).message}` });
      }
    }),
  LOG_LEVEL: optional(
    z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'is none of debug, info, warn, error, silent'),
  ),
  METRICS_PORT: optional(wholeNumber(1, 65_535)),
  METRICS_HOST: withDefault(z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'is not a host'), '127.0.0.1'),
  METRICS_TOKEN: optional(
    z.string().regex(/^[\x21-\x7e]{16,}$/, 'is too short: 16 characters or more, without spaces'),
  ),
  SIGN_IN_RATE_LIMIT: withDefault(wholeNumber(10, 1_000_000), '1200'),
  RATE_LIMITS: withDefault(z.enum(['on', 'off'], 'is neither on nor off'), 'on'),
};

export type Settings = Parsed<typeof variables>;

/** An invalid value adds a fault and gets the default. */
export const parseEach = (env: Record<string, string | undefined>, faults: string[]): Settings =>
  parseWith(variables, env, faults);
