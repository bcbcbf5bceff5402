import { createHmac, hkdfSync } from 'node:crypto';
import type { Config } from './config.ts';

/**
 * Portals on one store must have equal digests.
 * The newest session secret is the digest's key, so nobody can use the digest to guess a secret. Null in the demo.
 */
export function computeFingerprint(config: Config): string | null {
  const { sessionSecrets, auditKeys, okta, portal, smtpUrl, database } = config;
  if (!sessionSecrets) return null;
  const key = Buffer.from(hkdfSync('sha256', sessionSecrets[0]!, '', 'latchkey fingerprint v1', 32));
  const secrets = [
    sessionSecrets,
    auditKeys?.map(({ id }) => id),
    okta?.clientSecret,
    // Without the scopes, which settings change that are no secrets.
    okta && { ...okta.credential, scopes: undefined },
    portal.metricsToken,
    smtpUrl,
    database?.password,
  ];
  return createHmac('sha256', key).update(JSON.stringify(secrets)).digest('base64url').slice(0, 22);
}
