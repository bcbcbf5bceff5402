import { createHmac, hkdfSync } from 'node:crypto';
import type { SecretDigests } from '../platform/lifecycle/secret-digests.ts';
import { keyIdOf } from '../platform/store/secrets.ts';
import type { Config } from './config.ts';

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
