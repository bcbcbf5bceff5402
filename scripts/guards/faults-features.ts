import type { Plant } from './plant.ts';

const features = 'src/bff/features/';
const factors = `${features}factors/`;
const signIn = `${features}sign-in/`;
const helpdesk = `${features}helpdesk/`;
const resets = { file: `${helpdesk}resets/resets.integration.test.ts` };
const approvals = { file: `${helpdesk}approvals/approvals.integration.test.ts` };
const callers = { file: `${helpdesk}caller-verification/caller-verification.integration.test.ts` };

/** People, agents and approvers. */
export const peopleAndHelpdesk: Plant[] = [
  {
    item: 'F-36',
    file: `${factors}verification/challenge.ts`,
    text: "if (await transactions.finish(one, 'CANCELLED')) await callBack(services, context, one);",
    replacement: "await transactions.finish(one, 'CANCELLED');",
    test: {
      file: `${factors}verification/verify-push-once.integration.test.ts`,
      title: 'is withdrawn when another one is requested',
    },
  },
  {
    item: 'F-37',
    file: `${factors}verification/challenge.ts`,
    text: 'if (requirement && strength < requirement.strength) {',
    replacement: 'if (requirement && strength > requirement.strength) {',
    test: { file: `${factors}verification/verify-push.integration.test.ts`, title: 'without a number it is weaker' },
  },
  {
    item: 'F-38',
    file: `${factors}verification/push.ts`,
    text: 'if (!(await transactions.finish(push, result, tx))) return false;',
    replacement: 'await transactions.finish(push, result, tx);',
    test: {
      file: `${factors}verification/verify-push-once.integration.test.ts`,
      title: 'approved and cancelled at once, it has one result',
    },
  },
  {
    item: 'F-39',
    file: `${factors}enrollment/activation-handlers.ts`,
    text: "if (grant.expires_at <= clock.now() && !late) throw new ApiError('conflict');",
    replacement: '',
    test: {
      file: `${factors}enrollment/enroll.integration.test.ts`,
      title: 'expires ten minutes after the enrollment began',
    },
  },
  {
    item: 'F-40',
    file: `${features}sessions/session-handlers.ts`,
    text: 'endSessions(subject, clock.now(), tx, id)',
    replacement: 'endSessions(subject, clock.now(), tx)',
    test: { file: 'src/bff/identity/sessions/sessions.integration.test.ts', title: 'all others end at once' },
  },
  {
    item: 'F-41',
    file: `${signIn}record-step-up.ts`,
    text: "if (claims.sub !== session.user_id) return { fault: 'another person signed in' };",
    replacement: '',
    test: {
      file: 'src/bff/identity/step-up/step-ups.integration.test.ts',
      title: 'by another person is refused, and changes no session',
    },
  },
  {
    item: 'F-42',
    file: `${signIn}start-session.ts`,
    text: 'if (earlierSession) await sessions.end(earlierSession.user_id, earlierSession.id, tx);',
    replacement: 'void before;',
    test: {
      file: `${signIn}sign-in.integration.test.ts`,
      title: 'is new at sign-in: one that was set before never works',
    },
  },
  {
    item: 'F-43',
    file: `${signIn}logout-route.ts`,
    text: "if (!settings.issuers.includes(named.iss)) throw new ApiError('bad_request');",
    replacement: '',
    test: { file: `${signIn}logout.integration.test.ts`, title: 'cannot use a genuine token that names ' },
  },
  {
    item: 'F-44',
    file: `${features}reconcile/verdict.ts`,
    text: "return { outcome: 'success', notify: 'removed' };",
    replacement: "return { outcome: 'success' };",
    test: {
      file: `${factors}remove.integration.test.ts`,
      title: 'when the answer was lost and reconciling finds it removed',
    },
  },
  {
    item: 'F-45',
    file: `${helpdesk}resets/finish.ts`,
    text: 'await endSessions(person.id, clock.now(), tx);',
    replacement: 'void endSessions;',
    test: { ...resets, title: 'removes one method, ends the sessions, and writes audit rows and notifications' },
  },
  {
    item: 'F-46',
    file: `${helpdesk}resets/resets.ts`,
    text: 'else if (caller && numDeletedRows > 0n) await callerVerifications.restore(caller.id, tx);',
    replacement: '',
    test: { ...resets, title: 'keeps both verifications when the org refuses' },
  },
  {
    item: 'F-47',
    file: `${helpdesk}approvals/handlers/approval-handlers.ts`,
    text: "if (row.agent_id === session.user_id) throw refuse('own_request');",
    replacement: '',
    test: { ...approvals, title: 'nobody approves for themselves' },
  },
  {
    item: 'F-48',
    file: `${helpdesk}approvals/handlers/approval-handlers.ts`,
    text: 'await assertAgentMay(services, authorized, reset, methods);',
    replacement: 'void [assertAgentMay, methods];',
    test: { ...approvals, title: 'checks everything again at the approval' },
  },
  {
    item: 'F-49',
    file: `${helpdesk}caller-verification/verification-choice.ts`,
    text: "return reason === why ? null : 'other_reason';",
    replacement: 'return reason === why ? null : null;',
    test: { ...callers, title: 'is for the methods and the reason that it was made for' },
  },
  {
    item: 'F-50',
    file: `${helpdesk}freezes/freeze-person.ts`,
    text: 'await helpdeskServices.recoveryCodes.end(person.id, tx);',
    replacement: '',
    test: { file: `${helpdesk}freezes/frozen-agents.integration.test.ts`, title: 'and their old recovery code' },
  },
  // With the replacement, any approver sees the recovery code, and not only the approver who decided.
  {
    item: 'F-67',
    file: `${helpdesk}approvals/handlers/approval-handlers.ts`,
    text: "if (row.decider_id !== session.user_id) throw refuse('not_decider');",
    replacement: '',
    test: {
      file: `${helpdesk}recovery-codes/recovery-codes.integration.test.ts`,
      title: 'without a verified address only the approver sees it',
    },
  },
  // With the replacement, an attacker who changes the end of a state uses one attempt for several callbacks.
  {
    item: 'F-76',
    file: `${signIn}attempts.ts`,
    text: 'return pending?.state === state ? pending : null;',
    replacement: 'return pending;',
    test: {
      file: `${signIn}attempts.integration.test.ts`,
      title: 'is of one state, and of none that only begins like it',
    },
  },
  // With the replacement, a person whose answer to the helpdesk comes too late must step up again.
  {
    item: 'F-78',
    file: `${helpdesk}caller-verification/own-caller-verification-handlers.ts`,
    text: 'least, operation.actor.requestId);',
    replacement: 'least);',
    test: { ...callers, title: 'an answer that comes too late does not use up the step-up' },
  },
  // With the replacement, a refused reset gives back a verification that another reset has used.
  {
    item: 'F-81',
    file: `${helpdesk}resets/resets.ts`,
    text: 'else if (caller && numDeletedRows > 0n) await',
    replacement: 'else if (caller) await',
    test: {
      file: `${helpdesk}resets/simultaneous.integration.test.ts`,
      title: 'one verification of the caller, confirmed twice: one reset',
    },
  },
  // With the replacement, a frozen person stays frozen if the outcome of their reset is unknown for a day.
  {
    item: 'F-82',
    file: `${features}reconcile/reconcile.ts`,
    text: 'if (resets.has(intent.event)) followUp = services.helpdeskServices.resets.giveUp(intent.seq);',
    replacement: '',
    test: {
      file: `${helpdesk}resets/unfreezes.integration.test.ts`,
      title: 'a reset whose outcome stays unknown keeps it no longer',
    },
  },
  // With the replacement, a decision is accepted although Okta has signed the approver out during the check.
  {
    item: 'F-83',
    file: `${helpdesk}approvals/handlers/approval-handlers.ts`,
    text: 'auditLog.event(context.operation, details,',
    replacement: 'auditLog.event(context.operation.actor, details,',
    test: {
      file: `${helpdesk}resets/last-moment.integration.test.ts`,
      title: 'when the approver’s session is ended: the request goes on waiting',
    },
  },
  // With the replacement, an approver agrees to an unfreeze that leaves a method which the card does not show.
  {
    item: 'F-84',
    file: `${helpdesk}approvals/handlers/approval-handlers.ts`,
    text: 'assertAllShown(reset, subject);',
    replacement: 'void assertAllShown;',
    test: {
      file: `${helpdesk}resets/unfreezes.integration.test.ts`,
      title: 'a method that was added since the request keeps it',
    },
  },
  // With the replacement, anyone with the password adds the first method after a reset with an unknown outcome.
  {
    item: 'F-85',
    file: `${helpdesk}resets/resets.ts`,
    text: 'return allInTransaction(keep, (at) => recoveryCodes.end(reset.person.id, at))(tx);',
    replacement: 'void [allInTransaction, keep];',
    test: {
      file: `${helpdesk}resets/unfreezes.integration.test.ts`,
      title: 'a reset of everything whose outcome stays unknown makes a code needed',
    },
  },
  // With the replacement, a change that never reached Okta gets the success of another change.
  {
    item: 'F-86',
    file: `${features}reconcile/verdict.ts`,
    text: 'if (findSecurityMethod(methods, factorId) || isClaimed(factorId, removals) ||',
    replacement: 'if (findSecurityMethod(methods, factorId) ||',
    test: {
      file: `${features}reconcile/reconcile.integration.test.ts`,
      title: 'does not give a removal that never arrived the success of another one',
    },
  },
  {
    item: 'F-87',
    file: `${features}reconcile/verdict.ts`,
    text: "if (kinds[intent.kind as FactorKind].sendsTo === 'phone' &&",
    replacement: "if (kinds[intent.kind as FactorKind].sendsTo !== 'email' &&",
    test: {
      file: `${features}reconcile/reconcile.integration.test.ts`,
      title: 'does not give an activation that never arrived the one of an app that was added elsewhere',
    },
  },
];
