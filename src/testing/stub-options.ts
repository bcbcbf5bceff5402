import type { AppOptions } from '#bff/app.ts';
import { makeAuditKey } from '#bff/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/audit-log/keys.ts';
import type { OktaClient } from '#okta/client.ts';

/** Answers every property with itself and every call with a rejection: whoever asks the org fails. */
const absent = (): never =>
  new Proxy(() => {}, {
    get: (_target, name) => (name === 'then' ? undefined : absent()),
    apply: () => Promise.reject(new Error('there is no org in this test')),
  }) as never;

/**
 * What an app needs besides store, clock and sealer, where no org is asked: a base address, settings, and an org that
 * is not there.
 */
export const stubOptions = (): Omit<AppOptions, 'clock' | 'store' | 'sealer'> => ({
  baseUrl: 'http://localhost:4567',
  settings: { orgName: 'Example', supportUrl: null, supportPhone: null, oktaSettingsUrl: null, simulatorUrl: null },
  lockout: 5,
  trustedProxies: [],
  rateLimits: false,
  auditKeys: readAuditKeys(makeAuditKey()),
  okta: absent() as OktaClient,
  provider: { origin: 'http://localhost:4568', begin: absent(), finish: absent(), signOutUrl: absent() },
  mailer: null,
  helpdesk: null,
  pages: null,
  reconcileGraceMs: 0,
});
