import { readFileSync } from 'node:fs';
import type { Engine, SignInRule } from './context/context.ts';

export type Settings = {
  port: number;
  url?: string;
  engine: Engine;
  clientSecret?: string;
  apiToken?: string;
  signIn?: SignInRule;
  passkeyRpId?: string;
  rateLimit: number;
  messageWait?: number;
  dataDir: string;
  smtpPort?: number;
  redirectUris?: string[];
  logoutEndpoint?: string;
};

/** The value may name a file: `@/run/secrets/token`. */
const secrets = new Set(['EMULATOR_CLIENT_SECRET', 'EMULATOR_API_TOKEN']);

/** Settings of earlier versions. To set one is an error. */
const removed = ['EMULATOR_API_TOKENS', 'EMULATOR_SERVICE_APPS'];

const whole = (from: number, to: number) => (text: string) =>
  /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined;

const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

const parseChoice =
  <T extends string>(...values: T[]) =>
  (text: string) =>
    values.find((value) => value === text);

function addressIn(text: string): string | undefined {
  const { protocol = '', pathname } = URL.parse(text) ?? {};
  return /^https?:$/.test(protocol) && pathname === '/' && !/[?#]/.test(text) ? text : undefined;
}

/** Reads the `EMULATOR_…` settings, `DATA_DIR` and the portal's `BASE_URL`. Reports all errors together. */
export function readSettings(environment: Record<string, string | undefined>): { settings: Settings; wrong: string[] } {
  const wrong = removed.flatMap((name) =>
    environment[name] ? [`${name} is gone: an emulator in a test’s process takes them as an option`] : [],
  );
  const read = (name: string): string | undefined => {
    const value = environment[name]?.trim() || undefined;
    if (!secrets.has(name) || !value?.startsWith('@')) return value;
    try {
      return readFileSync(value.slice(1), 'utf8').trim() || undefined;
    } catch {
      wrong.push(`${name} names a file that cannot be read`);
      return undefined;
    }
  };
  /** Undefined if the setting is missing. If `parse` returns undefined, `rule` is reported. */
  const check = <T>(name: string, parse: (text: string) => T | undefined, rule: string): T | undefined => {
    const text = read(name);
    const value = text === undefined ? undefined : parse(text);
    if (text !== undefined && value === undefined) wrong.push(`${name} ${rule}`);
    return value;
  };
  const token = matching(/^[\x21-\x7e]{16,}$/);
  const host = matching(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
  const address = 'is an http or https address without a path';
  const portal = check('BASE_URL', addressIn, address);
  const settings: Settings = {
    port: check('EMULATOR_PORT', whole(0, 65_535), 'is a port number') ?? 3001,
    url: check('EMULATOR_URL', addressIn, address),
    engine: check('EMULATOR_ENGINE', parseChoice('classic', 'oie'), 'is classic or oie') ?? 'classic',
    clientSecret: check('EMULATOR_CLIENT_SECRET', matching(/^.{16}/s), 'has at least 16 characters'),
    apiToken: check('EMULATOR_API_TOKEN', token, 'has at least 16 characters, none of them a space'),
    signIn: check('EMULATOR_SIGN_IN', parseChoice('password', 'password+factor'), 'is password or password+factor'),
    passkeyRpId: check('EMULATOR_PASSKEY_RP_ID', host, 'is a host, or none'),
    rateLimit:
      check('EMULATOR_RATE_LIMIT', whole(0, 1_000_000), 'is a number of calls a minute, 0 for no limit') ?? 600,
    messageWait: check('EMULATOR_MESSAGE_WAIT', whole(0, 30), 'is a number of seconds from 0 to 30'),
    smtpPort: check('EMULATOR_SMTP_PORT', whole(1, 65_535), 'is a port number'),
    dataDir: read('DATA_DIR') ?? './.data',
    ...(portal && {
      redirectUris: [new URL('/auth/callback', portal).href],
      logoutEndpoint: new URL('/auth/global-token-revocation', portal).href,
    }),
  };
  return { settings, wrong };
}
