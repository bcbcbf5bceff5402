import { makeAuditKey } from '../../records/audit-log/kept-key.ts';

export const real = {
  BASE_URL: 'https://methods.example.com',
  OKTA_ORG_URL: 'https://example.okta.com',
  OKTA_ISSUER: 'https://example.okta.com/oauth2/default',
  OKTA_CLIENT_ID: '0oa1',
  OKTA_CLIENT_SECRET: 'client-secret',
  OKTA_API_TOKEN: '00token',
  SESSION_SECRET: 'k'.repeat(43),
  AUDIT_SIGNING_KEY: makeAuditKey(),
};
