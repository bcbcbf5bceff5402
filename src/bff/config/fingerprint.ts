import { createHmac, hkdfSync } from 'node:crypto';
import type { Config } from './config.ts';

/**
 * A digest of all secrets that portals on one store share: two are equal if the secrets are. Its key is the newest
 * session secret, so it helps nobody to guess one. Null in the demo, which has none.
 */
export function computeFingerprint(config: Config): string | null {
  const { sessionSecrets, auditKeys, okta, portal, smtpUrl, database } = config;
  if (!sessionSecrets) return null;
  const key = Buffer.from(hkdfSync('sha256', sessionSecrets[0]!, '', 'latchkey fingerprint v1', 32));
  const secrets = [
    sessionSecrets,
    auditKeys?.map(({ id }) => id),
    okta?.clientSecret,
    okta?.credential,
    portal.metricsToken,
    smtpUrl,
    database?.password,
  ];
  return createHmac('sha256', key).update(JSON.stringify(secrets)).digest('base64url').slice(0, 22);
}
