import type { Plant } from './plant.ts';

const contract = 'src/contract/';
const database = 'src/database/';
const records = 'src/bff/records/';
const helpdesk = 'src/bff/features/helpdesk/';
const web = 'src/web/';

/** Faults that no test was found to see; each names the test beside which one would stand. */
export const uncaught: readonly Plant[] = [
  // Any approver, and not only the one who decided and knows the person, then sees the code that signs them in again.
  {
    item: 'F-67',
    file: `${helpdesk}approvals/approval-handlers.ts`,
    text: "if (row.decider_id !== session.user_id) throw refuse('not_decider');",
    replacement: '',
    test: {
      file: `${helpdesk}recovery-codes/recovery-codes.integration.test.ts`,
      title: 'without a verified address only the approver sees it',
    },
  },
  // Whoever adds entries (sign-ins, looks) then pushes the removal of a method off its owner's history.
  {
    item: 'F-68',
    file: `${contract}audit-log/audit-events.ts`,
    text: "  'user.mfa.factor.deactivate',\n  'user.mfa.factor.reset',\n  'user.mfa.factor.reset_all',\n  'user.account.unfreeze',",
    replacement: "  'user.mfa.factor.reset',\n  'user.mfa.factor.reset_all',\n  'user.account.unfreeze',",
    test: { file: `${helpdesk}audit-log/audit-log.integration.test.ts`, title: 'keeps what changed how they sign in' },
  },
  // A call back that the agent says she did not make then verifies the caller.
  {
    item: 'F-69',
    file: `${contract}helpdesk-schemas.ts`,
    text: 'attest: z.literal(true), choice',
    replacement: 'attest: z.boolean(), choice',
    test: { file: 'src/bff/http/endpoints/input.integration.test.ts', title: 'accepts no body but its own' },
  },
  // Whoever can write to the store then erases more of a row, once an erasure has named any value of it.
  {
    item: 'F-70',
    file: 'src/operator/erase/erasures.ts',
    text: '(bits & ~(named.get(seq) ?? 0)) !== 0',
    replacement: '!named.has(seq) && bits !== 0',
    test: {
      file: 'src/operator/erase/erase.integration.test.ts',
      title: 'a value that was erased without a signed row',
    },
  },
  // A transaction that reads first then fails at once when another program writes, instead of waiting for it.
  {
    item: 'F-71',
    file: `${database}dialect.ts`,
    text: "sql === 'begin' && !reads ? 'begin immediate' : sql",
    replacement: "sql === 'begin' && reads ? 'begin immediate' : sql",
    test: { file: `${database}open.test.ts`, title: 'waits for another program that writes' },
  },
  // While more emails come than can be sent, the oldest then wait for ever.
  {
    item: 'F-72',
    file: `${database}row-locks.ts`,
    text: 'WHERE ${due} ORDER BY ${sql.ref(column)} LIMIT 1',
    replacement: 'WHERE ${due} ORDER BY ${sql.ref(column)} DESC LIMIT 1',
    test: { file: 'src/bff/platform/store/used-once.integration.test.ts', title: 'claim the next due row at once' },
  },
  // A replacement whose new method was refused is then shown as done.
  {
    item: 'F-73',
    file: `${records}audit-log/history/shown-rows.ts`,
    text: "const isPart = (row: Row): boolean => row.outcome === 'success' && (",
    replacement: 'const isPart = (row: Row): boolean => (',
    test: { file: `${helpdesk}audit-log/audit-log.integration.test.ts`, title: 'names each kind of a reset' },
  },
  // The page then offers to end the session that the person uses, as if it were another one.
  {
    item: 'F-74',
    file: `${web}features/sessions/sessions-page.tsx`,
    text: '            !current && (\n              <div className={css.actions}>',
    replacement: '            (\n              <div className={css.actions}>',
    test: { file: `${web}app/entry-server.test.ts`, title: 'sessions, one' },
  },
  // The button then says that it resets, and the agent finds only afterwards that an approver has to agree.
  {
    item: 'F-75',
    file: `${web}features/helpdesk/reset/reset-view.ts`,
    text: 'resets && remaining.length === 0 && person.codeTo.length === 0,',
    replacement: 'resets && remaining.length === 0 && person.codeTo.length > 99,',
    test: {
      file: `${web}features/helpdesk/person/person-page.test.tsx`,
      title: 'a lost phone: the caller is verified',
    },
  },
  // Whoever changes the end of a state then uses one attempt for several callbacks.
  {
    item: 'F-76',
    file: 'src/bff/features/sign-in/attempts.ts',
    text: 'if (pending?.state !== state) return null;',
    replacement: 'if (!pending) return null;',
    test: {
      file: 'src/bff/features/sign-in/attempts.integration.test.ts',
      title: 'works once, on every portal of a store',
    },
  },
  // Who began a key and did not finish it is then told for ten minutes that another tab can finish it.
  {
    item: 'F-77',
    file: 'src/bff/identity/step-up/step-ups.ts',
    text: "        .where('how', '!=', 'create')\n",
    replacement: '',
    test: { file: 'src/bff/identity/methods/passkeys.integration.test.ts', title: 'are added here, several of them' },
  },
  // Who steps up to answer the helpdesk, and whose answer comes too late, then has to step up once more.
  {
    item: 'F-78',
    file: `${helpdesk}caller-verification/own-caller-verification-handlers.ts`,
    text: 'await stepUps.restore(consumed.id);',
    replacement: '',
    test: {
      file: `${helpdesk}caller-verification/caller-verification.integration.test.ts`,
      title: 'ends after five wrong codes, and when it expires',
    },
  },
  // A request of before a restore may then go on with a lock that somebody else has since.
  {
    item: 'F-79',
    file: 'src/operator/restore/end-everything.ts',
    text: ".set(({ eb }) => ({ fence: eb('fence', '+', 1), expires_at: 0 }))",
    replacement: '.set({ expires_at: 0 })',
    test: { file: 'src/operator/restore/end-everything.integration.test.ts', title: 'recovery codes end' },
  },
  // Who is suspended between the emulator's sign-in page and the exchange of the code then still gets tokens.
  {
    item: 'F-80',
    file: 'src/okta-emulator/sign-in/provider.ts',
    text: "if (person?.status !== 'ACTIVE') return undefined;",
    replacement: 'if (person === undefined) return undefined;',
    test: { file: 'src/okta-emulator/sign-in/sign-in.test.ts', title: 'ends when a person is suspended' },
  },
];
