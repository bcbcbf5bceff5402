import { createHmac, hkdfSync } from 'node:crypto';
import { storeNow } from '#database/engine.ts';
import type { Config } from '../../config/config.ts';
import type { Store } from '../store/open.ts';
import { keyIdOf } from '../store/secrets.ts';

/** Digests of a portal's secrets, by setting. Of a list, the digests of its entries, separated by commas. */
export type SecretDigests = Record<string, string>;

const LENGTH = 12;

/**
 * Gives digests by which portals are compared. They reveal nothing: session secrets and signing keys have public ids,
 * and everything else is keyed by the newest session secret, which is not in the store.
 */
export function digestsOf({ sessionSecrets, auditKeys, okta, metricsToken, smtpUrl, database }: Config): SecretDigests {
  const [newest = ''] = sessionSecrets ?? [];
  const key = Buffer.from(hkdfSync('sha256', newest, '', 'latchkey secret digests v1', 32));
  const keyed = (name: string, value: unknown) =>
    value == null
      ? ''
      : createHmac('sha256', key)
          .update(JSON.stringify([name, value]))
          .digest('base64url')
          .slice(0, LENGTH);
  const credential = okta?.credential;
  return {
    SESSION_SECRET: (sessionSecrets ?? []).map(keyIdOf).join(','),
    AUDIT_SIGNING_KEY: (auditKeys ?? []).map(({ id }) => id).join(','),
    OKTA_CLIENT_SECRET: keyed('client', okta?.clientSecret),
    ...(credential?.kind === 'ssws'
      ? { OKTA_API_TOKEN: keyed('token', credential.token) }
      : { OKTA_SERVICE_PRIVATE_KEY: keyed('key', credential?.privateKey) }),
    METRICS_TOKEN: keyed('metrics', metricsToken),
    SMTP_URL: keyed('smtp', smtpUrl),
    DATABASE_URL: keyed('database', database?.password),
  };
}

/** A portal is dead after 45 s of silence; the others delete it then. */
const SILENT_MS = 45_000;

/** Reads the digests of the portals that live on a store. */
export async function readDigests(store: Store): Promise<SecretDigests[]> {
  const rows = await store
    .selectFrom('replicas')
    .select('secrets')
    .where(({ eb }) => eb('seen_at', '>', eb(storeNow(store), '-', SILENT_MS)))
    .execute();
  return rows.map(({ secrets }) => JSON.parse(secrets) as SecretDigests);
}
