import type { Plant } from './plant.ts';

const features = 'src/bff/features/';
const factors = `${features}factors/`;
const signIn = `${features}sign-in/`;
const helpdesk = `${features}helpdesk/`;
const resets = { file: `${helpdesk}resets/resets.integration.test.ts` };
const approvals = { file: `${helpdesk}approvals/approvals.integration.test.ts` };
const callers = { file: `${helpdesk}caller-verification/caller-verification.integration.test.ts` };

/** Faults in what people, agents and approvers do. */
export const peopleAndHelpdesk: Plant[] = [
  {
    item: 'F-71',
    file: `${factors}verification/challenge.ts`,
    text: "if (await transactions.finish(one, 'CANCELLED')) await callBack(services, context, one);",
    replacement: "await transactions.finish(one, 'CANCELLED');",
    test: {
      file: `${factors}verification/verify-push-once.integration.test.ts`,
      title: 'is withdrawn when another one is requested',
    },
  },
  {
    item: 'F-72',
    file: `${factors}verification/challenge.ts`,
    text: 'if (requirement && strength < requirement.strength) {',
    replacement: 'if (requirement && strength > requirement.strength) {',
    test: { file: `${factors}verification/verify-push.integration.test.ts`, title: 'without a number it is weaker' },
  },
  {
    item: 'F-73',
    file: `${factors}verification/push.ts`,
    text: 'if (!(await transactions.finish(push, result, tx))) return false;',
    replacement: 'await transactions.finish(push, result, tx);',
    test: {
      file: `${factors}verification/verify-push-once.integration.test.ts`,
      title: 'approved and cancelled at once, it has one result',
    },
  },
  {
    item: 'F-74',
    file: `${factors}enrollment/activation-handlers.ts`,
    text: "if (grant.expires_at <= clock.now() && !late) throw new ApiError('conflict');",
    replacement: '',
    test: {
      file: `${factors}enrollment/enroll.integration.test.ts`,
      title: 'expires ten minutes after the enrollment began',
    },
  },
  {
    item: 'F-76',
    file: `${factors}remove-method.ts`,
    text: 'if (intent !== null) await removedAddresses.drop(intent, tx);',
    replacement: '',
    test: { file: `${factors}remove.integration.test.ts`, title: 'gets a notification of its removal' },
  },
  {
    item: 'F-77',
    file: `${factors}remove-method.ts`,
    text: "touched ? { ...judgeFailure(error), outcome: 'unknown' } : judgeFailure(error);",
    replacement: 'judgeFailure(error);',
    test: { file: `${factors}remove.integration.test.ts`, title: 'a family that Okta removes in part' },
  },
  {
    item: 'F-78',
    file: `${features}sessions/session-handlers.ts`,
    text: 'if (params.id === session.id) endSession();',
    replacement: 'if (params.id !== session.id) endSession();',
    test: {
      file: 'src/bff/identity/sessions/sessions.integration.test.ts',
      title: 'are listed with their browsers, and one can be ended',
    },
  },
  {
    item: 'F-79',
    file: `${features}sessions/session-handlers.ts`,
    text: '(tx) => endSessionsOf(session.user_id, clock.now(), tx, session.id),',
    replacement: '(tx) => endSessionsOf(session.user_id, clock.now(), tx),',
    test: { file: 'src/bff/identity/sessions/sessions.integration.test.ts', title: 'all others end at once' },
  },
  {
    item: 'F-80',
    file: `${signIn}record-step-up.ts`,
    text: "if (claims.sub !== session.user_id) return 'another person signed in';",
    replacement: '',
    test: {
      file: 'src/bff/identity/step-up/step-ups.integration.test.ts',
      title: 'by another person is refused, and changes no session',
    },
  },
  {
    item: 'F-81',
    file: `${signIn}routes.ts`,
    text: 'if (before) await sessions.end(before.user_id, before.id, tx);',
    replacement: 'void before;',
    test: {
      file: `${signIn}sign-in.integration.test.ts`,
      title: 'is new at sign-in: one that was set before never works',
    },
  },
  {
    item: 'F-82',
    file: `${signIn}logout-requests.ts`,
    text: '      subject: clientId,\n',
    replacement: '',
    test: { file: `${signIn}logout.integration.test.ts`, title: ', and writes no row' },
  },
  {
    item: 'F-83',
    file: `${signIn}logout-route.ts`,
    text: "if (!settings.issuers.includes(named.iss)) throw new ApiError('bad_request');",
    replacement: '',
    test: { file: `${signIn}logout.integration.test.ts`, title: 'cannot use a genuine token that names ' },
  },
  {
    item: 'F-84',
    file: `${signIn}attempts.ts`,
    text: 'return age >= -SKEW_MS && age < ATTEMPT_MS ? pending : null;',
    replacement: 'return age >= -SKEW_MS ? pending : null;',
    test: { file: `${signIn}attempts.integration.test.ts`, title: 'works for ten minutes by the clock' },
  },
  {
    item: 'F-85',
    file: `${features}reconcile/reconcile.ts`,
    text: 'if (await services.auditLog.hasOtherSuccess(intent))',
    replacement: 'if (intent.subject === null)',
    test: {
      file: `${features}reconcile/reconcile.integration.test.ts`,
      title: 'a repeat of a lost activation is recorded once and told once',
    },
  },
  {
    item: 'F-86',
    file: `${features}reconcile/reconcile.ts`,
    text: "return { outcome: 'success', notify: 'removed' };",
    replacement: "return { outcome: 'success' };",
    test: {
      file: `${factors}remove.integration.test.ts`,
      title: 'when the answer was lost and reconciling finds it removed',
    },
  },
  {
    item: 'F-87',
    file: `${helpdesk}resets/finish.ts`,
    text: 'await endSessionsOf(person.id, clock.now(), tx);',
    replacement: 'void endSessionsOf;',
    test: { ...resets, title: 'removes one method, ends the sessions, and writes audit rows and notifications' },
  },
  {
    item: 'F-88',
    file: `${helpdesk}resets/finish.ts`,
    text: 'outbox.enqueue({ addresses: others, ...emails.reset({ ...details, code: null, freezeUrl: null }) }),',
    replacement: 'outbox.enqueue({ addresses: others, ...emails.reset({ ...details, code, freezeUrl: null }) }),',
    test: {
      file: 'src/bff/identity/users/addresses.integration.test.ts',
      title: 'a young address gets the notice of a reset',
    },
  },
  {
    item: 'F-89',
    file: `${helpdesk}resets/resets.ts`,
    text: 'else if (caller) await callerVerifications.restore(caller.id);',
    replacement: '',
    test: { ...resets, title: 'keeps both verifications when the org refuses' },
  },
  {
    item: 'F-90',
    file: `${helpdesk}resets/reset-handlers.ts`,
    text: 'await approvals.assertNoneWaits(userId);',
    replacement: 'void userId;',
    test: { ...approvals, title: 'while a request waits, nobody asks again or resets' },
  },
  {
    item: 'F-91',
    file: `${helpdesk}approvals/approval-handlers.ts`,
    text: "if (row.agent_id === session.user_id) throw refuse('own_request');",
    replacement: '',
    test: { ...approvals, title: 'nobody approves for themselves' },
  },
  {
    item: 'F-92',
    file: `${helpdesk}approvals/approval-handlers.ts`,
    text: "if (row.decider_id !== session.user_id) throw refuse('not_decider');",
    replacement: '',
    test: {
      file: `${helpdesk}recovery-codes/recovery-codes.integration.test.ts`,
      title: 'without a verified address only the approver sees it',
    },
  },
  {
    item: 'F-93',
    file: `${helpdesk}approvals/approval-handlers.ts`,
    text: 'await assertAgentMay(services, authorized, reset, methods);',
    replacement: 'void [assertAgentMay, methods];',
    test: { ...approvals, title: 'checks everything again at the approval' },
  },
  {
    item: 'F-94',
    file: `${helpdesk}caller-verification/verification-choice.ts`,
    text: "return reason === why ? null : 'other_reason';",
    replacement: 'return reason === why ? null : null;',
    test: { ...callers, title: 'is for the methods and the reason that it was made for' },
  },
  {
    item: 'F-95',
    file: `${helpdesk}caller-verification/caller-verification-handlers.ts`,
    text: "if (changedRecently(found, clock.now())) throw refuse('contact_changed');",
    replacement: 'void [changedRecently, clock];',
    test: {
      file: `${helpdesk}resets/unlocks.integration.test.ts`,
      title: 'a number of the last seven days verifies nobody',
    },
  },
  {
    item: 'F-96',
    file: `${helpdesk}freezes/freeze-person.ts`,
    text: 'await helpdeskServices.recoveryCodes.end(person.id, tx);',
    replacement: '',
    test: { file: `${helpdesk}freezes/frozen-agents.integration.test.ts`, title: 'and their old recovery code' },
  },
  {
    item: 'F-97',
    file: `${helpdesk}freezes/freezes.ts`,
    text: ".where('frozen_at', 'is', null)\n        .where('expires_at', '>', clock.now())",
    replacement: ".where('frozen_at', 'is', null)",
    test: {
      file: `${helpdesk}freezes/freezes.integration.test.ts`,
      title: 'a link of more than seven days does not freeze',
    },
  },
  {
    item: 'F-98',
    file: `${helpdesk}freezes/freeze-person.ts`,
    text: 'return news ? notification(tx) : undefined;',
    replacement: 'return news ? undefined : notification(tx);',
    test: { file: `${helpdesk}freezes/freezes.integration.test.ts`, title: 'ends every session, here and at the org' },
  },
  {
    item: 'F-99',
    file: `${helpdesk}resets/prepare-reset.ts`,
    text: "['second_reset', (await recentChanges.resetsWithinDay(person.id)) > 0],",
    replacement: "['second_reset', (await recentChanges.resetsWithinDay(person.id)) > 1],",
    test: { ...approvals, title: 'finds and shows each reason for an approval' },
  },
  {
    item: 'F-100',
    file: `${helpdesk}recovery-codes/recovery-codes.ts`,
    text: "if (clock.now() >= row.expires_at) throw required('over');",
    replacement: '',
    test: {
      file: `${helpdesk}recovery-codes/recovery-codes.integration.test.ts`,
      title: 'ends after a day; the helpdesk sends a new one',
    },
  },
  {
    item: 'F-101',
    file: `${helpdesk}attack-signs/attack-signs.ts`,
    text: '.set({ times, last_at: now, signs, ends_at })',
    replacement: '.set({ times, last_at: now, signs })',
    test: {
      file: `${helpdesk}attack-signs/attack-signs.integration.test.ts`,
      title: 'a repeat is counted, and binds for a day of its own',
    },
  },
  {
    item: 'F-102',
    file: `${helpdesk}freezes/withdrawals.ts`,
    text: "for (const whose of ['agent_id', 'user_id'] as const) {",
    replacement: "for (const whose of ['user_id'] as const) {",
    test: {
      file: `${helpdesk}freezes/frozen-agents.integration.test.ts`,
      title: 'freezing an agent withdraws what she had pending',
    },
  },
];
