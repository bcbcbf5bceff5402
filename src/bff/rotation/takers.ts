import type { DatabaseSettings } from '#database/connection.ts';
import type { Password } from '#database/password.ts';
import type { OktaClient } from '#okta/client.ts';
import type { AuditLog } from '../records/audit-log/audit-log.ts';
import type { AuditSink } from '../records/audit-log/sink/sink.ts';
import type { Config } from '../config/config.ts';
import type { SmtpMailer } from '../records/notifications/smtp.ts';
import type { Provider } from '../features/sign-in/provider.ts';
import type { Sealer } from '../platform/store/secrets.ts';
import type { Takers } from './rotations.ts';

/** What uses secrets. Null: nothing does, so that no file of its setting was named. */
type Users = {
  okta: Pick<OktaClient, 'replaceCredential'>;
  provider: Pick<Provider, 'replaceSecret'>;
  sealer: Pick<Sealer, 'rotate'>;
  auditLog: Pick<AuditLog, 'replaceKeys'>;
  smtp: Pick<SmtpMailer, 'replaceUrl'> | null;
  auditSink: Pick<AuditSink, 'replaceSecrets'> | null;
  database: { settings: DatabaseSettings; password: Password } | null;
  setMetricsToken: (token: string | null) => void;
};

/** Everything of the database's settings but its password. */
const placeOf = ({ password: _password, ...place }: DatabaseSettings) => JSON.stringify(place);

/** Hands new secrets to what uses them. Each is tried first where that is possible. */
export function createTakers({
  okta,
  provider,
  sealer,
  auditLog,
  smtp,
  auditSink,
  database,
  setMetricsToken,
}: Users): Takers {
  const takeCredential = ({ okta: org }: Config) => okta.replaceCredential(org!.credential);
  return {
    OKTA_API_TOKEN: takeCredential,
    OKTA_SERVICE_PRIVATE_KEY: takeCredential,
    OKTA_CLIENT_SECRET: ({ okta: org }) => provider.replaceSecret(org!.clientSecret),
    SESSION_SECRET: ({ sessionSecrets }) => sealer.rotate(sessionSecrets!),
    AUDIT_SIGNING_KEY: ({ auditKeys }) => auditLog.replaceKeys(auditKeys!),
    METRICS_TOKEN: ({ metricsToken }) => setMetricsToken(metricsToken),
    AUDIT_SINK_SECRET({ auditSink: next }) {
      if (next?.kind === 'webhook') auditSink?.replaceSecrets(next.secrets);
    },
    SMTP_URL: ({ smtpUrl }) => smtp?.replaceUrl(smtpUrl!),
    DATABASE_URL({ database: next }) {
      if (!database || !next || placeOf(database.settings) !== placeOf(next))
        throw new Error('it names another host, database or user: restart the portal for that');
      database.password.rotate(next.password ?? '');
    },
  };
}
