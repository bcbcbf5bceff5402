import type { AppOptions } from '#bff/app.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import type { OktaClient } from '#okta/client.ts';

/** Gives itself for every property, and a rejection for every call: all calls to Okta fail. */
const absent = (): never =>
  new Proxy(() => {}, {
    get: (_target, name) => (name === 'then' ? undefined : absent()),
    apply: () => Promise.reject(new Error('there is no org in this test')),
  }) as never;

/**
 * App options besides store, clock and sealer for tests without Okta: a base URL, settings, and an org that does not
 * answer.
 */
export const stubOptions = (): Omit<AppOptions, 'clock' | 'store' | 'sealer'> => ({
  baseUrl: 'http://localhost:4567',
  settings: {
    orgName: 'Example',
    supportUrl: null,
    supportPhone: null,
    supportHours: null,
    oktaSettingsUrl: null,
    simulatorUrl: null,
  },
  lockout: 5,
  trustedProxies: [],
  rateLimits: false,
  auditKeys: readAuditKeys(makeAuditKey()),
  okta: absent() as OktaClient,
  provider: {
    origin: 'http://localhost:4568',
    waitMs: () => 0,
    begin: absent(),
    finish: absent(),
    signOutUrl: absent(),
  },
  mailer: null,
  helpdesk: null,
  pages: null,
  reconcileGraceMs: 0,
});
