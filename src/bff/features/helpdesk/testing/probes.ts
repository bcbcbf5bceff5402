import type { HelpdeskEndpointName } from '#contract/helpdesk.ts';
import { changeStore } from '#bff/platform/store/change-store.ts';
import { randomToken } from '#bff/platform/store/secrets.ts';
import type { Operation } from '#bff/features/helpdesk/access/policy.ts';
import type { Portal } from '#testing/test-env.ts';
import type { Reply, Visitor } from '#testing/visitor.ts';
import { plannedReset } from './planned-reset.ts';
import { startVerification } from './agent-fixture.ts';

export type Walker = { login: string; id: string };

export type Probe = {
  endpoint: HelpdeskEndpointName;
  send(attempt: { portal: Portal; who: Visitor; actor: Walker; target: Walker }): Promise<Reply>;
  /** The operation was allowed if it succeeded or failed only at a later check. */
  passed(reply: Reply, target: Walker): boolean;
};

const getErrorCode = ({ body }: Reply): string | undefined =>
  (body as { error?: { code: string } } | undefined)?.error?.code;
const getErrorRule = ({ body }: Reply): string | undefined =>
  (body as { error?: { rule?: string } } | undefined)?.error?.rule;

/** The agent is not in the test. */
async function requestApproval({ portal, target }: { portal: Portal; target: Walker }): Promise<string> {
  const { approvals } = portal.app.services.helpdeskServices;
  const id = randomToken(12);
  const planned = plannedReset(id, '00uSomebodyE1se00000', target.id);
  await approvals.request(planned, portal.store);
  return id;
}

/** Without a ticket, an allowed reset fails with `ticket_required`. */
const reset = (factorIds: string[] | 'all'): Probe => ({
  endpoint: 'resetMethods',
  send: ({ who, target }) => who.call('resetMethods', { userId: target.id }, { body: { factorIds, reason: 'lost' } }),
  passed: (reply) => getErrorCode(reply) === 'ticket_required',
});

/** A new operation without a probe does not compile. */
export const probes: Record<Operation, Probe> = {
  search: {
    endpoint: 'searchPeople',
    send: ({ who, target }) => who.call('searchPeople', {}, { query: { q: target.login } }),
    passed: ({ status, body }, { id }) =>
      status === 200 && (body as { people: { id: string }[] }).people.some((one) => one.id === id),
  },
  view: {
    endpoint: 'getPerson',
    send: ({ who, target }) => who.call('getPerson', { userId: target.id }),
    passed: ({ status }) => status === 200,
  },
  challenge: {
    endpoint: 'startCallerVerification',
    send: ({ who, target }) => startVerification(who, target.id, { type: 'own-session' }),
    passed: (reply) =>
      reply.status === 201 ||
      (getErrorCode(reply) === 'out_of_policy' && getErrorRule(reply) === 'caller_has_no_method'),
  },
  resetOne: reset(['uft00000000000000000']),
  resetAll: reset('all'),
  approve: {
    endpoint: 'decideApproval',
    send: async (attempt) =>
      attempt.who.call(
        'decideApproval',
        { id: await requestApproval(attempt) },
        { body: { decision: 'deny', reason: 'attack' } },
      ),
    passed: ({ status }) => status === 200,
  },
  revealRecoveryCode: {
    endpoint: 'revealRecoveryCode',
    async send(attempt) {
      const { portal, who, actor, target } = attempt;
      const { approvals, recoveryCodes } = portal.app.services.helpdeskServices;
      const id = await requestApproval(attempt);
      await approvals.decide(id, { decision: 'approve' }, { ...actor, name: actor.login }, portal.store);
      await changeStore(portal.store, recoveryCodes.make(target.id, { approvalId: id, inPerson: true }).keep);
      return who.call('revealRecoveryCode', { id });
    },
    passed: (reply) => getErrorCode(reply) === 'step_up_required',
  },
  unfreeze: {
    endpoint: 'unfreeze',
    send: ({ who, target }) => who.call('unfreeze', { userId: target.id }, { body: { reason: 'lost' } }),
    passed: (reply) => getErrorCode(reply) === 'ticket_required',
  },
  unlock: {
    endpoint: 'unlock',
    send: ({ who, target }) => who.call('unlock', { userId: target.id }, { body: {} }),
    passed: (reply) => getErrorCode(reply) === 'ticket_required',
  },
  report: {
    endpoint: 'reportCall',
    send: ({ who, target }) => who.call('reportCall', { userId: target.id }, { body: { signs: ['pressed'] } }),
    passed: ({ status }) => status === 201,
  },
  readLog: {
    endpoint: 'exportAuditLogJsonLines',
    send: ({ who, target }) => who.call('exportAuditLogJsonLines', {}, { query: { person: target.id } }),
    // Step-ups are checked after the policy.
    passed: (reply) => reply.status === 200 || getErrorCode(reply) === 'step_up_required',
  },
};
