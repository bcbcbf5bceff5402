const MINIMUM = 'is gone: Okta’s enrollment policy says which methods people need';
const MANY = 'is gone: a rule of deploy/prometheus/alerts.yaml says how many are too many';

/** Setting → text of its fault. A removed setting stops the start. */
export const removedSettings: ReadonlyMap<string, string> = new Map([
  ['ALARM_MAIL', 'is now ALARM_EMAIL'],
  ['ALARM_REFUSALS', MANY],
  ['ALARM_RESETS', MANY],
  ['ALARM_SENDS', MANY],
  ['DATABASE_CA_FILE', 'is gone: add ?sslrootcert=FILE to DATABASE_URL'],
  ['DATABASE_LOCK_TIMEOUT_MS', 'is gone: a statement waits 3 s for another’s lock'],
  ['DATABASE_STATEMENT_TIMEOUT_MS', 'is gone: a statement may take 3.5 s'],
  ['EMULATOR_API_TOKENS', 'is gone: only an emulator in a test’s process takes more tokens'],
  ['EMULATOR_SERVICE_APPS', 'is gone: only an emulator in a test’s process takes more apps'],
  // The most similar setting is HELPDESK_AUDITOR_GROUP_ID. An operator who used that setting instead would make
  // approvers auditors.
  ['HELPDESK_ADMIN_GROUP_ID', 'is now HELPDESK_APPROVER_GROUP_ID'],
  ['AUDIT_ARCHIVE', 'is gone: `latchkey audit:prune` deletes rows that are older than AUDIT_RETENTION_DAYS'],
  ['HELPDESK_PHONE_COUNTRY', 'is gone: agents type a phone number with its + and calling code'],
  ['HELPDESK_POLICY', 'is gone: HELPDESK_UNVERIFIED=off and HELPDESK_CALL_BACK=off restrict the table'],
  ['MINIMUMS_FROM', MINIMUM],
  ['MIN_METHODS', MINIMUM],
  ['MIN_PHISHING_RESISTANT', MINIMUM],
  ['ORG_API_TOKEN', 'is now EMULATOR_API_TOKEN'],
  ['ORG_RATE_LIMIT', 'is now EMULATOR_RATE_LIMIT'],
  ['SECRET_RELOAD_MS', 'is gone: a portal reads its secrets at its start, so restart it'],
]);
