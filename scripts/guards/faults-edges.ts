import type { Plant } from './plant.ts';

const web = 'src/web/';
const emulator = 'src/okta-emulator/';
const operator = 'src/operator/';

/** Faults in the pages, in the emulator and in the commands of operators. */
export const edges: Plant[] = [
  {
    item: 'F-111',
    file: `${web}api/client/request.ts`,
    text: 'const key = unanswered?.what === what ? unanswered.key : newKey();',
    replacement: 'const key = newKey();',
    test: {
      file: `${web}api/client/request.test.ts`,
      title: 'the same one when the person repeats it after a lost answer',
    },
  },
  {
    item: 'F-112',
    file: `${web}api/client/request.ts`,
    text: "if (body.error.code === 'signed_out') sessionState.set('ended');",
    replacement: '',
    test: { file: `${web}features/sessions/session-ended.test.tsx`, title: 'no poll goes on once the session is over' },
  },
  {
    item: 'F-113',
    file: `${web}features/factors/method-page.tsx`,
    text: '        {!session.frozen && (\n          <Link className="button" to={`/methods/${factor.id}/remove`}>',
    replacement: '        {(\n          <Link className="button" to={`/methods/${factor.id}/remove`}>',
    test: {
      file: `${web}app/entry-server.frozen.test.ts`,
      title: 'offers nothing that is refused, and says what to do',
    },
  },
  {
    item: 'F-114',
    file: `${web}features/factors/remove-page.tsx`,
    text: 'void signalRemoved(credential);',
    replacement: 'void [signalRemoved, credential];',
    test: { file: `${web}features/factors/remove-page.test.ts`, title: 'the browser is told of a removed key of ours' },
  },
  {
    item: 'F-115',
    file: `${web}features/helpdesk/approvals/decide-approval.tsx`,
    text: "if (decision.decision === 'approve') await askStepUp(`approve:${id}`);",
    replacement: 'void askStepUp;',
    test: {
      file: `${web}features/helpdesk/approvals/approvals-page.test.tsx`,
      title: 'asks for the step-up before it sends a decision',
    },
  },
  {
    item: 'F-116',
    file: `${web}features/caller-verification/caller-verification-page.tsx`,
    text: "{end !== 'denied' && (",
    replacement: "{end === 'open' && (",
    test: {
      file: `${web}features/caller-verification/caller-verification-page.test.tsx`,
      title: 'a push of the last day can still be denied',
    },
  },
  {
    item: 'F-117',
    file: `${web}flows/verification/webauthn/device.ts`,
    text: "return base64.padEnd(Math.ceil(base64.length / 4) * 4, '=');",
    replacement: 'return base64;',
    test: { file: `${web}flows/verification/webauthn/device.test.ts`, title: '' },
  },
  {
    item: 'F-118',
    file: `${web}features/helpdesk/reset/reset-view.ts`,
    text: "[!verified && unverified && note.trim() === '', 'note'],",
    replacement: "[!verified && unverified && note === null, 'note'],",
    test: {
      file: `${web}features/helpdesk/person/person-page.test.tsx`,
      title: 'without a verified caller a note is required',
    },
  },
  {
    item: 'F-119',
    file: `${web}features/factors/kinds/okta-verify/one-tab.ts`,
    text: "if (page.visibilityState !== 'visible') release();",
    replacement: "if (page.visibilityState === 'hidden' && !lock) release();",
    test: {
      file: `${web}features/factors/kinds/okta-verify/one-tab.test.ts`,
      title: 'give the turn to the visible one',
    },
  },
  {
    item: 'F-120',
    file: `${web}features/sessions/sessions-page.tsx`,
    text: '            !current && (\n              // A form',
    replacement: '            (\n              // A form',
    test: { file: `${web}app/entry-server.frozen.test.ts`, title: '' },
  },
  {
    item: 'F-121',
    file: `${web}features/helpdesk/reset/reset-view.ts`,
    text: 'resets && remaining.length === 0 && person.codeTo.length === 0,',
    replacement: 'resets && remaining.length === 0 && person.codeTo.length > 99,',
    test: { file: `${web}features/helpdesk/person/unlock.test.tsx`, title: '' },
  },
  {
    item: 'F-122',
    file: `${web}features/factors/enrollment/enroll-flow.ts`,
    text: "return state.at === 'open' ? { at: 'expired' } : state;",
    replacement: "return 'enrollment' in state ? { at: 'expired' } : state;",
    test: { file: `${web}features/factors/enrollment/enroll-flow.test.ts`, title: '' },
  },
  {
    item: 'F-131',
    file: `${emulator}factors/kind/tries.ts`,
    text: 'const WRONG_IN_A_ROW = 5;',
    replacement: 'const WRONG_IN_A_ROW = 6;',
    test: { file: `${emulator}factors/limits.test.ts`, title: 'locks the person at the fifth wrong code in a row' },
  },
  {
    item: 'F-132',
    file: `${emulator}factors/remove.ts`,
    text: 'await take(emulator, tx, person, [row, ...along], removal);',
    replacement: 'await take(emulator, tx, person, [row, ...along.slice(1)], removal);',
    test: { file: `${emulator}factors/okta-verify/set-up.test.ts`, title: 'is deleted as a family on Identity Engine' },
  },
  {
    item: 'F-133',
    file: `${emulator}factors/phones/phone.ts`,
    text: 'if (!removeRecoveryEnrollment) return;',
    replacement: 'if (removeRecoveryEnrollment) return;',
    test: { file: `${emulator}factors/phones/phone.test.ts`, title: 'stays when its factor is deleted' },
  },
  {
    item: 'F-134',
    file: `${emulator}service-apps/token.ts`,
    text: "if ((scheme === 'DPoP') !== (key !== undefined)) return undefined;",
    replacement: '',
    test: { file: `${emulator}service-apps/dpop.test.ts`, title: 'refuses a bound token as a bearer’s' },
  },
  {
    item: 'F-135',
    file: `${emulator}sign-in/provider.ts`,
    text: "if (person?.status !== 'ACTIVE') return undefined;",
    replacement: 'if (person === undefined) return undefined;',
    test: { file: `${emulator}sign-in/sign-in.test.ts`, title: 'ends when a person is suspended' },
  },
  {
    item: 'F-136',
    file: `${emulator}api/request/access.ts`,
    text: "if (person && !(await mayTouch(emulator, caller, person.id))) throw new OktaError('E0000006');",
    replacement: 'void person;',
    test: { file: `${emulator}api/request/access.test.ts`, title: 'a helpdesk is limited to its groups' },
  },
  {
    item: 'F-137',
    file: `${emulator}service-apps/dpop.ts`,
    text: "if (!(await consumeId(emulator, 'DpopProof', `${thumbprint} ${jti}`, 2 * LIFE_MS)))",
    replacement: 'if (consumeId === undefined)',
    test: { file: `${emulator}service-apps/dpop.test.ts`, title: 'refuses a proof that was used before' },
  },
  {
    item: 'F-141',
    file: `${operator}program/person.ts`,
    text: 'if (found.length > 1)',
    replacement: 'if (found.length > 2)',
    test: { file: `${operator}program/person.test.ts`, title: 'is nobody whom one could act on' },
  },
  {
    item: 'F-142',
    file: `${operator}erase/erase-person.ts`,
    text: "if (row.subject === id && row.actor === null) fields.push('address', 'agent');",
    replacement: '',
    test: {
      file: `${operator}erase/erase.integration.test.ts`,
      title: 'nothing of an erased person is left in the log and its archive',
    },
  },
  {
    item: 'F-143',
    file: `${operator}erase/erase-person.ts`,
    text: "if (open) throw new EraseRefusal('a change of theirs has no outcome yet: try again in some minutes');",
    replacement: 'void open;',
    test: {
      file: `${operator}erase/erase.integration.test.ts`,
      title: 'a person with an open change is not erased yet',
    },
  },
  {
    item: 'F-144',
    file: `${operator}audit-verify/verify-events.ts`,
    text: "if (replaced && replaced.seq < result.last) return { seq: replaced.seq + 1, fault: 'truncated' };",
    replacement: '',
    test: {
      file: `${operator}audit-verify/restored.test.ts`,
      title: 'a log that was rewritten or cut before it was replaced is reported',
    },
  },
  {
    item: 'F-145',
    file: `${operator}restore/end-everything.ts`,
    text: "await tx.updateTable('recovery_codes').set(over).execute();",
    replacement: '',
    test: { file: `${operator}restore/end-everything.integration.test.ts`, title: 'recovery codes end' },
  },
  {
    item: 'F-146',
    file: `${operator}unfreeze/break-glass.ts`,
    text: 'if (!(await freezes.unfreeze(userId, tx))) throw new Refusal(`${named} is not frozen`);',
    replacement: 'await freezes.unfreeze(userId, tx);',
    test: { file: `${operator}unfreeze/break-glass.integration.test.ts`, title: '' },
  },
  {
    item: 'F-147',
    file: `${operator}erase/erasures.ts`,
    text: '(bits & ~(named.get(seq) ?? 0)) !== 0',
    replacement: '!named.has(seq) && bits !== 0',
    test: {
      file: `${operator}erase/erase.integration.test.ts`,
      title: 'a value that was erased without a signed row, or put in place of an erased one',
    },
  },
  {
    item: 'F-148',
    file: `${operator}doctor/secret-checks.ts`,
    text: 'if (lost.length > 0) {',
    replacement: 'if (lost.length > 9) {',
    test: {
      file: `${operator}doctor/doctor.integration.test.ts`,
      title: 'says what each old session secret still seals',
    },
  },
];
