import type { Plant } from './plant.ts';

const okta = 'src/okta/';
const contract = 'src/contract/';
const database = 'src/database/';

/** Contract, Okta client and database. */
export const foundation: Plant[] = [
  {
    item: 'F-1',
    file: `${contract}purposes.ts`,
    text: 'if (more.length > 0) return null;',
    replacement: 'void more;',
    test: { file: `${contract}purposes.test.ts`, title: 'refuses ' },
  },
  {
    item: 'F-2',
    file: `${contract}endpoints.ts`,
    text: 'return /^\\/(?:auth|api|forms)(?:\\/|$)/.test(url.pathname)',
    replacement: 'return /^\\/(?:api|forms)(?:\\/|$)/.test(url.pathname)',
    test: { file: `${contract}own-path.test.ts`, title: 'redirects to the home page' },
  },
  {
    item: 'F-3',
    file: `${contract}audit-log/audit-reasons.ts`,
    text: "const said = reason?.replace(/^[a-z-]+: /, '');",
    replacement: 'const said = reason?.toString();',
    test: { file: 'src/bff/records/audit-log/audit-names.test.ts', title: 'reads how a caller verification failed' },
  },
  {
    item: 'F-4',
    file: `${contract}helpdesk-schemas.ts`,
    text: "({ reason, note }) => reason !== 'other' || Boolean(note)",
    replacement: "({ reason, note }) => reason !== 'other' || note !== ''",
    test: {
      file: 'src/bff/features/helpdesk/approvals/approvals.integration.test.ts',
      title: 'and another reason takes a note',
    },
  },
  {
    item: 'F-5',
    file: `${contract}schemas.ts`,
    text: "typed.normalize('NFKC').replace(/[\\s",
    replacement: 'typed.replace(/[\\s',
    test: {
      file: 'src/bff/identity/step-up/code-attempts-of-every-type.integration.test.ts',
      title: 'another message, notation, session or type resets nothing',
    },
  },
  {
    item: 'F-6',
    file: `${okta}transport/next-page.ts`,
    text: 'if (url === null || url.origin !== origin || url.pathname !== path)',
    replacement: 'if (url === null || url.pathname !== path)',
    test: { file: `${okta}transport/next-page.test.ts`, title: 'nextPage › refuses ' },
  },
  {
    item: 'F-7',
    file: `${okta}wire/factor.ts`,
    text: "if (read.length === 0 && json.length > 0) throw new TypeError('no entry of the list can be read');",
    replacement: '',
    test: { file: `${okta}wire/tolerance.test.ts`, title: 'which must not look like having no factor' },
  },
  {
    item: 'F-8',
    file: `${okta}transport/breaker.ts`,
    text: 'if (pausedAt !== null) return;',
    replacement: '',
    test: { file: `${okta}transport/breaker.test.ts`, title: 'that fails later does not lengthen it' },
  },
  {
    item: 'F-9',
    file: `${okta}users.ts`,
    text: "value.replaceAll(/[\\\\\"]/g, '\\\\$&')",
    replacement: "value.replaceAll(/[\"]/g, '\\\\$&')",
    test: { file: 'src/bff/features/helpdesk/search/search.test.ts', title: 'escapes quotes in values' },
  },
  {
    item: 'F-10',
    file: `${okta}transport/failure.ts`,
    text: "const acted = status < 500 && status !== 408 ? 'no' : details.acted;",
    replacement: "const acted = status < 500 ? 'no' : details.acted;",
    test: { file: `${okta}faults.test.ts`, title: 'one typed error; changes are sent once' },
  },
  {
    item: 'F-11',
    file: `${database}open.ts`,
    text: 'PRAGMA secure_delete = ON',
    replacement: 'PRAGMA secure_delete = OFF',
    test: { file: `${database}open.test.ts`, title: 'leaves no bytes of what was deleted in the file' },
  },
  {
    item: 'F-12',
    file: `${database}open.ts`,
    text: "if (file !== ':memory:') chmodSync(file, 0o600);",
    replacement: '',
    test: { file: `${database}open.test.ts`, title: 'applies each migration once, over several openings' },
  },
  {
    item: 'F-13',
    file: `${database}migrate.ts`,
    text: 'const unknown = applied.find((name) => !names.includes(name));',
    replacement: 'const unknown = names.length === 0 ? applied[0] : undefined;',
    test: { file: `${database}open.test.ts`, title: 'refuses a file of a newer version' },
  },
  {
    item: 'F-14',
    file: `${database}make-folder.ts`,
    text: 'mkdirSync(folder, { mode: 0o700 });',
    replacement: 'mkdirSync(folder);',
    test: { file: `${database}make-folder.test.ts`, title: 'for the owner only' },
  },
  {
    item: 'F-15',
    file: `${database}errors.ts`,
    text: 'const sqliteUnusable = new Set([3, 5, 8, 10, 11, 13, 14, 26]);',
    replacement: 'const sqliteUnusable = new Set([3, 5, 8, 10, 11, 14, 26]);',
    test: {
      file: 'src/bff/platform/store/full-disk.integration.test.ts',
      title: 'changes and reads of other people are refused',
    },
  },
  // With the replacement, new entries push the removal of a method off the owner's history.
  {
    item: 'F-68',
    file: `${contract}audit-log/audit-events.ts`,
    text: "  'user.mfa.factor.deactivate',\n  'user.mfa.factor.reset',\n  'user.mfa.factor.reset_all',\n  'user.account.unfreeze',",
    replacement: "  'user.mfa.factor.reset',\n  'user.mfa.factor.reset_all',\n  'user.account.unfreeze',",
    test: {
      file: 'src/bff/features/helpdesk/audit-log/audit-log.integration.test.ts',
      title: 'keeps what changed how they sign in',
    },
  },
  // With the replacement, a call-back that the agent did not make verifies the caller.
  {
    item: 'F-69',
    file: `${contract}helpdesk-schemas.ts`,
    text: 'attest: z.literal(true), choice',
    replacement: 'attest: z.boolean(), choice',
    test: {
      file: `${contract}helpdesk-schemas.test.ts`,
      title: 'verifies a caller only if the agent says that she spoke to them',
    },
  },
  // With the replacement, a transaction that reads first fails when another program writes, instead of waiting.
  {
    item: 'F-71',
    file: `${database}dialect.ts`,
    text: "sql === 'begin' && !reads ? 'begin immediate' : sql",
    replacement: "sql === 'begin' && reads ? 'begin immediate' : sql",
    test: {
      file: `${database}open.test.ts`,
      title: 'nobody else writes between what a transaction reads and what it writes',
    },
  },
  // With the replacement, the oldest emails wait for ever while more emails come than can be sent.
  {
    item: 'F-72',
    file: `${database}row-locks.ts`,
    text: 'WHERE ${due} ORDER BY ${sql.ref(column)} LIMIT 1',
    replacement: 'WHERE ${due} ORDER BY ${sql.ref(column)} DESC LIMIT 1',
    test: { file: `${database}row-locks.test.ts`, title: 'the row that is due the longest is claimed first' },
  },
];
