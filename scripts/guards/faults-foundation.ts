import type { Plant } from './plant.ts';

const okta = 'src/okta/';
const contract = 'src/contract/';
const database = 'src/database/';
const inputs = 'src/bff/http/endpoints/input.integration.test.ts';

/** Faults in the contract, in the client of Okta, and in what every store is opened with. */
export const foundation: Plant[] = [
  {
    item: 'F-1',
    file: `${contract}purposes.ts`,
    text: "if (more.length > 0 || (plan !== undefined && name !== 'reset')) return null;",
    replacement: 'if (more.length > 0) return null;',
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
    file: `${contract}helpdesk-schemas.ts`,
    text: 'attest: z.literal(true), choice',
    replacement: 'attest: z.boolean(), choice',
    test: { file: 'src/bff/http/endpoints/input.integration.test.ts', title: 'accepts no body but its own' },
  },
  {
    item: 'F-7',
    file: `${contract}audit-log/audit-events.ts`,
    text: "  'user.mfa.factor.deactivate',\n  'user.mfa.factor.reset',\n  'user.mfa.factor.reset_all',\n  'user.account.unfreeze',",
    replacement: "  'user.mfa.factor.reset',\n  'user.mfa.factor.reset_all',\n  'user.account.unfreeze',",
    test: {
      file: 'src/bff/features/helpdesk/audit-log/audit-log.integration.test.ts',
      title: 'keeps what changed how they sign in',
    },
  },
  {
    item: 'F-8',
    file: `${contract}schemas.ts`,
    text: 'const keyData = z.string().check(z.maxLength(12_000),',
    replacement: 'const keyData = z.string().check(z.maxLength(120),',
    test: { file: 'src/bff/identity/methods/passkeys.integration.test.ts', title: 'are added here, several of them' },
  },
  {
    item: 'F-11',
    file: `${okta}transport/next-page.ts`,
    text: 'if (url === null || url.origin !== origin || url.pathname !== path)',
    replacement: 'if (url === null || url.pathname !== path)',
    test: { file: `${okta}transport/next-page.test.ts`, title: 'nextPage › refuses ' },
  },
  {
    item: 'F-12',
    file: `${okta}wire/factor.ts`,
    text: "if (read.length === 0 && json.length > 0) throw new TypeError('no entry of the list can be read');",
    replacement: '',
    test: { file: `${okta}wire/tolerance.test.ts`, title: 'which must not look like having no factor' },
  },
  {
    item: 'F-13',
    file: `${okta}wire/activation-state.ts`,
    text: "if (factorResult === 'SUCCESS') throw new TypeError('a success without its factor');",
    replacement: '',
    test: { file: `${okta}push.test.ts`, title: 'rejects ' },
  },
  {
    item: 'F-14',
    file: `${okta}transport/reply.ts`,
    text: "if (exchange.body === '' && exchange.status !== 204) throw new TypeError('an empty answer without 204');",
    replacement: '',
    test: { file: `${okta}faults.test.ts`, title: 'rejects a foreign page as success of a call that gives nothing' },
  },
  {
    item: 'F-15',
    file: `${okta}transport/service-app.ts`,
    text: 'if (cached !== null && authorizationOf(cached) === authorization) cached = null;',
    replacement: 'if (cached !== null) cached = null;',
    test: {
      file: `${okta}transport/service-app.test.ts`,
      title: 'is renewed once when Okta refuses many calls at once',
    },
  },
  {
    item: 'F-16',
    file: `${okta}transport/breaker.ts`,
    text: 'if (pausedAt !== null) return;',
    replacement: '',
    test: { file: `${okta}transport/breaker.test.ts`, title: 'that fails later does not lengthen it' },
  },
  {
    item: 'F-17',
    file: `${okta}users.ts`,
    text: "value.replaceAll(/[\\\\\"]/g, '\\\\$&')",
    replacement: "value.replaceAll(/[\"]/g, '\\\\$&')",
    test: { file: 'src/bff/features/helpdesk/search/search.test.ts', title: 'escapes quotes in values' },
  },
  {
    item: 'F-18',
    file: `${okta}transport/failure.ts`,
    text: "const acted = status < 500 && status !== 408 ? 'no' : details.acted;",
    replacement: "const acted = status < 500 ? 'no' : details.acted;",
    test: { file: `${okta}faults.test.ts`, title: 'one typed error; changes are sent once' },
  },
  {
    item: 'F-19',
    file: `${okta}transport/request-headers.ts`,
    text: 'if (context.forwardedFor !== undefined && isIP(context.forwardedFor) !== 0)',
    replacement: 'if (context.forwardedFor !== undefined && isIP(context.forwardedFor) !== 6)',
    test: { file: `${okta}neighbours.test.ts`, title: '' },
  },
  {
    item: 'F-20',
    file: `${okta}transport/transport.ts`,
    text: "return exchange.status === 429 && call.method !== 'GET' ? null : rateOf(exchange, now);",
    replacement: 'return exchange.status === 429 && call.sends ? null : rateOf(exchange, now);',
    test: { file: `${okta}limits.test.ts`, title: 'and its 429 does not close the bucket' },
  },
  {
    item: 'F-21',
    file: `${database}open.ts`,
    text: 'PRAGMA secure_delete = ON',
    replacement: 'PRAGMA secure_delete = OFF',
    test: { file: `${database}open.test.ts`, title: 'leaves no bytes of what was deleted in the file' },
  },
  {
    item: 'F-22',
    file: `${database}open.ts`,
    text: "if (file !== ':memory:') chmodSync(file, 0o600);",
    replacement: '',
    test: { file: `${database}open.test.ts`, title: 'applies each migration once, over several openings' },
  },
  {
    item: 'F-23',
    file: `${database}migrate.ts`,
    text: 'const unknown = applied.find((name) => !names.includes(name));',
    replacement: 'const unknown = names.length === 0 ? applied[0] : undefined;',
    test: { file: `${database}open.test.ts`, title: 'refuses a file of a newer version' },
  },
  {
    item: 'F-24',
    file: `${database}make-folder.ts`,
    text: 'mkdirSync(folder, { mode: 0o700 });',
    replacement: 'mkdirSync(folder);',
    test: { file: `${database}make-folder.test.ts`, title: 'for the owner only' },
  },
  {
    item: 'F-25',
    file: `${database}open.ts`,
    text: "url.searchParams.set('immutable', '1');",
    replacement: '',
    test: { file: `${database}open.test.ts`, title: 'without changing anything of it' },
  },
  {
    item: 'F-26',
    file: `${database}dialect.ts`,
    text: "sql === 'begin' && !reads ? 'begin immediate' : sql",
    replacement: "sql === 'begin' && reads ? 'begin immediate' : sql",
    test: { file: 'src/bff/platform/store/change-store.test.ts', title: '' },
  },
  {
    item: 'F-27',
    file: `${database}row-locks.ts`,
    text: 'WHERE ${due} ORDER BY ${sql.ref(column)} LIMIT 1',
    replacement: 'WHERE ${due} ORDER BY ${sql.ref(column)} DESC LIMIT 1',
    test: { file: 'src/bff/records/notifications/notifications.integration.test.ts', title: '' },
  },
  {
    item: 'F-28',
    file: `${database}errors.ts`,
    text: 'const sqliteUnusable = new Set([3, 5, 8, 10, 11, 13, 14, 26]);',
    replacement: 'const sqliteUnusable = new Set([3, 5, 8, 10, 11, 14, 26]);',
    test: {
      file: 'src/bff/platform/store/full-disk.integration.test.ts',
      title: 'changes and reads of other people are refused',
    },
  },
];
