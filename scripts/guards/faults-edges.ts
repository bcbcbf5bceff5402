import type { Plant } from './plant.ts';

const web = 'src/web/';
const emulator = 'src/okta-emulator/';
const operator = 'src/operator/';

/** Pages, emulator and operators' programs. */
export const edges: Plant[] = [
  {
    item: 'F-51',
    file: `${web}api/client/request.ts`,
    text: 'const key = unanswered?.signature === signature ? unanswered.key : newKey();',
    replacement: 'const key = newKey();',
    test: {
      file: `${web}api/client/request.test.ts`,
      title: 'the same one when the person repeats it after a lost answer',
    },
  },
  {
    item: 'F-52',
    file: `${web}api/client/request.ts`,
    text: "if (body.error.code === 'signed_out') sessionState.set('ended');",
    replacement: '',
    test: { file: `${web}features/sessions/session-ended.test.tsx`, title: 'no poll goes on once the session is over' },
  },
  {
    item: 'F-53',
    file: `${web}features/factors/method-page.tsx`,
    text: '        {!session.frozen && (\n          <Link className="button" to={`/methods/${factor.id}/remove`}>',
    replacement: '        {(\n          <Link className="button" to={`/methods/${factor.id}/remove`}>',
    test: {
      file: `${web}app/entry-server.frozen.test.ts`,
      title: 'offers nothing that is refused, and says what to do',
    },
  },
  {
    item: 'F-54',
    file: `${web}features/helpdesk/approvals/decide-approval.tsx`,
    text: "if (decision.decision === 'approve') await askStepUp(`approve:${id}`);",
    replacement: 'void askStepUp;',
    test: {
      file: `${web}features/helpdesk/approvals/approvals-page.test.tsx`,
      title: 'asks for the step-up before it sends a decision',
    },
  },
  {
    item: 'F-55',
    file: `${web}features/helpdesk/reset/use-plan.ts`,
    text: "(unverified ? 'note' : 'caller')",
    replacement: "(unverified ? 'caller' : 'caller')",
    test: {
      file: `${web}features/helpdesk/person/person-page.test.tsx`,
      title: 'without a verified caller a note is required',
    },
  },
  {
    item: 'F-56',
    file: `${emulator}factors/kind/tries.ts`,
    text: 'const WRONG_IN_A_ROW = 5;',
    replacement: 'const WRONG_IN_A_ROW = 6;',
    test: { file: `${emulator}factors/limits.test.ts`, title: 'locks the person at the fifth wrong code in a row' },
  },
  {
    item: 'F-57',
    file: `${emulator}factors/phones/phone.ts`,
    text: 'if (!removeRecoveryEnrollment) return;',
    replacement: 'if (removeRecoveryEnrollment) return;',
    test: { file: `${emulator}factors/phones/phone.test.ts`, title: 'stays when its factor is deleted' },
  },
  {
    item: 'F-58',
    file: `${emulator}service-apps/token.ts`,
    text: "if ((scheme === 'DPoP') !== (key !== undefined)) return undefined;",
    replacement: '',
    test: { file: `${emulator}service-apps/dpop.test.ts`, title: 'refuses a bound token as a bearer’s' },
  },
  {
    item: 'F-59',
    file: `${emulator}api/request/access.ts`,
    text: "if (person && !(await mayTouch(emulator, caller, person.id))) throw new OktaError('E0000006');",
    replacement: 'void person;',
    test: { file: `${emulator}api/request/access.test.ts`, title: 'a helpdesk is limited to its groups' },
  },
  {
    item: 'F-60',
    file: `${emulator}service-apps/dpop.ts`,
    text: "if (!(await consumeId(emulator, 'DpopProof', `${thumbprint} ${jti}`, 2 * LIFE_MS)))",
    replacement: 'if (consumeId === undefined)',
    test: { file: `${emulator}service-apps/dpop.test.ts`, title: 'refuses a proof that was used before' },
  },
  {
    item: 'F-61',
    file: `${operator}program/person.ts`,
    text: 'if (people.length > 1)',
    replacement: 'if (people.length > 2)',
    test: { file: `${operator}program/person.test.ts`, title: 'is nobody whom one could act on' },
  },
  {
    item: 'F-62',
    file: `${operator}erase/erase-person.ts`,
    text: "if (row.subject === id && row.actor === null) fields.push('address', 'agent');",
    replacement: '',
    test: {
      file: `${operator}erase/erase.integration.test.ts`,
      title: 'nothing of an erased person is left in the log, which verifies',
    },
  },
  {
    item: 'F-63',
    file: `${operator}erase/erase-person.ts`,
    text: "if (open) throw new EraseRefusal('a change of theirs has no outcome yet: try again in some minutes');",
    replacement: 'void open;',
    test: {
      file: `${operator}erase/erase.integration.test.ts`,
      title: 'a person with an open change is not erased yet',
    },
  },
  {
    item: 'F-64',
    file: `${operator}restore/end-everything.ts`,
    text: "await tx.updateTable('recovery_codes').set(over).execute();",
    replacement: '',
    test: { file: `${operator}restore/end-everything.integration.test.ts`, title: 'recovery codes end' },
  },
  {
    item: 'F-65',
    file: `${operator}unfreeze/break-glass.ts`,
    text: 'if (!(await freezes.unfreeze(userId, tx))) throw new Refusal(`${named} is not frozen`);',
    replacement: 'await freezes.unfreeze(userId, tx);',
    test: {
      file: `${operator}unfreeze/break-glass.integration.test.ts`,
      title: 'unfreezes the last approver on the server while the portal runs',
    },
  },
  {
    item: 'F-66',
    file: `${operator}doctor/secret-checks.ts`,
    text: 'if (lost.length > 0) {',
    replacement: 'if (lost.length > 9) {',
    test: {
      file: `${operator}doctor/doctor.system.test.ts`,
      title: 'says what each old session secret still seals',
    },
  },
  // With the replacement, an attacker who can write to the store erases more of a row after one value was erased.
  {
    item: 'F-70',
    file: `${operator}erase/erasures.ts`,
    text: '(bits & ~(named.get(seq) ?? 0)) !== 0',
    replacement: '!named.has(seq) && bits !== 0',
    test: { file: `${operator}erase/erase.integration.test.ts`, title: 'a value that was erased without a signed row' },
  },
  // With the replacement, the page offers to end the person's current session.
  {
    item: 'F-74',
    file: `${web}features/sessions/sessions-page.tsx`,
    text: '            !current && (\n              <div className={css.actions}>',
    replacement: '            (\n              <div className={css.actions}>',
    test: {
      file: `${web}features/security-history/security-history-page.test.tsx`,
      title: 'sessions show when and where each began',
    },
  },
  // With the replacement, the button promises a reset, and only then the agent learns that an approver is needed.
  {
    item: 'F-75',
    file: `${web}features/helpdesk/person/reset-summary.tsx`,
    text: 'if (approvalReasons.length > 0)',
    replacement: 'if (approvalReasons.length > 99)',
    test: {
      file: `${web}features/helpdesk/person/person-page.test.tsx`,
      title: 'a call-back is confirmed by the agent, and needs an approver',
    },
  },
  // With the replacement, a request from before a restore may use a lock that has another holder since.
  {
    item: 'F-79',
    file: `${operator}restore/end-everything.ts`,
    text: ".set(({ eb }) => ({ fence: eb('fence', '+', 1), expires_at: 0 }))",
    replacement: '.set({ expires_at: 0 })',
    test: {
      file: `${operator}restore/end-everything.integration.test.ts`,
      title: 'whoever held a lock before the restore no longer holds it',
    },
  },
  // With the replacement, a person who is suspended before the exchange of the code gets tokens.
  {
    item: 'F-80',
    file: `${emulator}sign-in/provider.ts`,
    text: "if (person?.status !== 'ACTIVE') return undefined;",
    replacement: 'if (person === undefined) return undefined;',
    test: {
      file: `${emulator}sign-in/sign-in.test.ts`,
      title: 'gives no code to a person who is suspended right after the password',
    },
  },
  {
    item: 'F-RP1',
    file: `${operator}report/pace.ts`,
    text: 'remaining * 2 < limit',
    replacement: 'remaining < 0 && limit > 0',
    test: {
      file: `${operator}report/methods.integration.test.ts`,
      title: 'no call of a busy portal beside it is refused',
    },
  },
  {
    item: 'F-RP2',
    file: `${operator}report/pace.ts`,
    text: '({ limit }) => limit)) * share)',
    replacement: '({ limit }) => limit)) * (share > 0 ? 0.5 : 0))',
    test: {
      file: `${operator}report/methods.integration.test.ts`,
      title: 'no minute has more than a fifth of the window',
    },
  },
  {
    item: 'F-RP3',
    file: `${operator}report/report-file.ts`,
    text: 'ftruncateSync(descriptor, Math.min(bytes, size));',
    replacement: 'void ftruncateSync;',
    test: { file: `${operator}report/report-file.test.ts`, title: 'half a line is dropped' },
  },
  {
    item: 'F-RP4',
    file: `${operator}report/person-record.ts`,
    text: "some((one) => getKind(one) === 'unknown')",
    replacement: "some((one) => getKind(one) === 'u2f')",
    test: { file: `${operator}report/methods.integration.test.ts`, title: 'the members of a group of three pages' },
  },
  {
    item: 'F-RP5',
    file: `${operator}report/csv.ts`,
    text: '＝＋－＠',
    replacement: '',
    test: { file: `${operator}report/csv.test.ts`, title: 'is no formula for a spreadsheet' },
  },
  {
    item: 'F-RP6',
    file: `${operator}report/helpdesk.ts`,
    text: 'rows.findLast(({ type, event }) =>',
    replacement: 'rows.find(({ type, event }) =>',
    test: { file: `${operator}report/helpdesk.integration.test.ts`, title: 'equal a second count from the export' },
  },
  {
    item: 'F-RP7',
    file: `${operator}report/report-file.ts`,
    text: 'if (end === null) throw',
    replacement: "if (end === null && file === '') throw",
    test: { file: `${operator}report/compare.test.ts`, title: 'only complete reports of the same org' },
  },
];
