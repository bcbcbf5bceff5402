import { generateKeyPair } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import { API_SCOPES, type ApiScope } from '../api/request/access.ts';
import type { Random } from '../wire/ids.ts';
import type { AdminRole } from '../people/roles.ts';
import { keep, readKept } from '../store/kept.ts';

/** Without a role, the app gets tokens, but the API refuses them. */
export type ServiceApp = {
  clientId: string;
  jwks: { keys: readonly JWK[] };
  scopes: readonly ApiScope[];
  /** Whether tokens are bound to a key ("Require DPoP"). Default: false. At Okta, true for a new app. */
  dpop?: boolean;
  role?: AdminRole;
  /** Ids of groups, only for HELP_DESK_ADMIN. */
  groups?: readonly string[];
};

export const SERVICE_CLIENT_ID = 'latchkey-service';

export function publicHalf({ kty, n, e, crv, x, y, kid, alg }: JWK): JWK {
  const half = { kty, n, e, crv, x, y, kid, alg, use: 'sig' };
  return Object.fromEntries(Object.entries(half).filter(([, value]) => value !== undefined)) as JWK;
}

/** The first start writes a separate file, from which a portal can read the key. */
export async function openServiceKey(dataDir: string, random: Random): Promise<{ file: string; privateKey: JWK }> {
  const file = join(dataDir, 'emulator-service-key.json');
  const kept = readKept<JWK>(file, 'a key');
  if (kept) return { file, privateKey: kept };
  const { privateKey: made } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const privateKey: JWK = {
    ...(made.export({ format: 'jwk' }) as JWK),
    kid: random(24).toString('base64url'),
    alg: 'RS256',
    use: 'sig',
  };
  keep(file, privateKey);
  return { file, privateKey };
}

/** Has all scopes, and the role that the portal needs to enroll factors for people. */
export function demoServiceApp(privateKey: JWK): ServiceApp {
  return {
    clientId: SERVICE_CLIENT_ID,
    jwks: { keys: [publicHalf(privateKey)] },
    scopes: API_SCOPES,
    role: 'SUPER_ADMIN',
  };
}
