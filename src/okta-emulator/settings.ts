import { readFileSync } from 'node:fs';
import type { ApiToken } from './api/access.ts';
import type { Engine, SignInRule } from './context/context.ts';
import type { ServiceApp } from './service-apps/app.ts';
import { readApiTokens, readServiceApps } from './service-apps/settings.ts';

/** The settings of an emulator that runs alone. */
export type Settings = {
  port: number;
  url?: string;
  engine: Engine;
  clientSecret?: string;
  apiToken?: string;
  apiTokens?: ApiToken[];
  serviceApps?: ServiceApp[];
  signIn?: SignInRule;
  passkeyRpId?: string;
  rateLimit: number;
  dataDir: string;
};

/** Settings that may name a file: `@/run/secrets/token`. */
const secrets = new Set([
  'EMULATOR_CLIENT_SECRET',
  'EMULATOR_API_TOKEN',
  'EMULATOR_API_TOKENS',
  'EMULATOR_SERVICE_APPS',
]);

const whole = (text: string, from: number, to: number) =>
  /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to;

/**
 * Reads `EMULATOR_PORT EMULATOR_URL EMULATOR_ENGINE EMULATOR_CLIENT_SECRET EMULATOR_API_TOKEN EMULATOR_API_TOKENS
 * EMULATOR_SERVICE_APPS EMULATOR_SIGN_IN EMULATOR_PASSKEY_RP_ID EMULATOR_RATE_LIMIT DATA_DIR`. Reports all errors at
 * once.
 */
export function readSettings(environment: Record<string, string | undefined>): { settings: Settings; wrong: string[] } {
  const wrong: string[] = [];
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
  const check = (name: string, fits: (value: string) => boolean, rule: string): string | undefined => {
    const value = read(name);
    if (value === undefined || fits(value)) return value;
    wrong.push(`${name} ${rule}`);
    return undefined;
  };
  const port = check('EMULATOR_PORT', (value) => whole(value, 0, 65_535), 'is a port number');
  const url = check(
    'EMULATOR_URL',
    (value) =>
      /^https?:$/.test(URL.parse(value)?.protocol ?? '') && URL.parse(value)?.pathname === '/' && !/[?#]/.test(value),
    'is an http or https address without a path',
  );
  const engine = check('EMULATOR_ENGINE', (value) => value === 'classic' || value === 'oie', 'is classic or oie');
  const clientSecret = check('EMULATOR_CLIENT_SECRET', (value) => value.length >= 16, 'has at least 16 characters');
  const apiToken = check(
    'EMULATOR_API_TOKEN',
    (value) => /^[\x21-\x7e]{16,}$/.test(value),
    'has at least 16 characters, none of them a space',
  );
  const apiTokens = check(
    'EMULATOR_API_TOKENS',
    (value) => readApiTokens(value) !== undefined,
    'is a JSON list of {token, role, groups}',
  );
  const serviceApps = check(
    'EMULATOR_SERVICE_APPS',
    (value) => readServiceApps(value) !== undefined,
    'is a JSON list of {clientId, jwks, scopes, role}',
  );
  const signIn = check(
    'EMULATOR_SIGN_IN',
    (value) => value === 'password' || value === 'password+factor',
    'is password or password+factor',
  );
  const passkeyRpId = check(
    'EMULATOR_PASSKEY_RP_ID',
    (value) => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(value),
    'is a host, or none',
  );
  const rateLimit = check(
    'EMULATOR_RATE_LIMIT',
    (value) => whole(value, 0, 1_000_000),
    'is a number of calls a minute, 0 for no limit',
  );
  const settings: Settings = {
    port: Number(port ?? 3001),
    url,
    engine: (engine as Engine | undefined) ?? 'classic',
    clientSecret,
    apiToken,
    ...(apiTokens && { apiTokens: readApiTokens(apiTokens) }),
    ...(serviceApps && { serviceApps: readServiceApps(serviceApps) }),
    ...(signIn && { signIn: signIn as SignInRule }),
    ...(passkeyRpId && { passkeyRpId }),
    rateLimit: Number(rateLimit ?? 600),
    dataDir: read('DATA_DIR') ?? './.data',
  };
  return { settings, wrong };
}
