import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { printPurpose } from '#contract/purposes.ts';
import type { Settings } from '#contract/endpoints.ts';
import type { PlanBody, ResetAnswer } from '#contract/helpdesk.ts';
import type { NewRow } from '../../../records/audit-log/audit-log.ts';
import { staffEmails } from '../../../records/notifications/templates/templates.ts';
import { change } from '../../../http/policies.ts';
import { consumeOwnStepUp } from '../access/consume-own-step-up.ts';
import { personInPath } from '../access/subjects.ts';
import type { AuthorizedOperation, HelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { DECIDE_MS, type Approvals } from '../approvals/approvals.ts';
import type { KnownNames } from '../../../identity/users/known-names.ts';
import { carryOut, type CarryOutServices } from './carry-out.ts';
import { readUnreadPushes, type FollowServices } from '../caller-verification/push-results.ts';
import { prepareReset, type PrepareServices } from './prepare-reset.ts';
import { toAuditDetails, type PlannedReset } from '../reset-model/reset.ts';

type ResetContext = HelpdeskContext<'resetMethods'> | HelpdeskContext<'unfreeze'> | HelpdeskContext<'unlock'>;

type ResetServices = CarryOutServices &
  PrepareServices &
  FollowServices &
  Parameters<typeof consumeOwnStepUp>[0] & {
    helpdeskServices: { approvals: Approvals; names: KnownNames };
    settings: Settings;
    baseUrl: string;
  };

/** The link in the email only opens a page, and decides nothing. */
function createEmail(
  { outbox, settings, baseUrl, clock }: ResetServices,
  { helpdesk }: AuthorizedOperation,
  { agent, person, ticket, operation }: PlannedReset,
) {
  const text = staffEmails.approvalWaits({
    orgName: settings.orgName,
    agent: agent.name,
    person: person.name,
    ticket,
    operation,
    until: clock.now() + DECIDE_MS,
    approvalsUrl: `${baseUrl}/helpdesk/approvals`,
  });
  return outbox.enqueue({ addresses: helpdesk.settings.approverEmail, ...text });
}

async function askApprover(services: ResetServices, context: ResetContext, reset: PlannedReset): Promise<ResetAnswer> {
  const { helpdeskServices, auditLog, outbox } = services;
  const { approvals, resets } = helpdeskServices;
  const { authorized } = context;
  const { why, ...operation } = toAuditDetails(reset);
  const details = { ...operation, event: 'helpdesk.approval.request' } as const;
  const reason = freeText(`${why} (${reset.operation}: ${reset.approvalReasons.join(', ')})`);
  const outcome = { outcome: 'success', reason } as const;
  let replaced: NewRow[] = [];
  await auditLog.event(
    { ...context.operation, actor: reset.by },
    details,
    outcome,
    async (tx) => {
      replaced = await resets.begin({ ...reset, state: 'waiting' }, tx);
      await approvals.request(reset, tx);
      return createEmail(services, authorized, reset)(tx);
    },
    () => replaced,
  );
  void outbox.flush();
  const [approval] = await approvals.present([(await approvals.find(reset.id))!], authorized.staff);
  return { status: 'waiting', approval: approval! };
}

async function runOperation(
  services: ResetServices,
  context: ResetContext,
  operation: PlannedReset['operation'],
): Promise<ResetAnswer> {
  const { operation: decision, authorized } = context;
  const { id: userId } = authorized.target.person;
  await readUnreadPushes(services, decision.actor, authorized.factors, userId);
  const { reset, missing } = await prepareReset(services, context, operation);
  if (missing[0]) throw missing[0];
  await consumeOwnStepUp(services, context, printPurpose({ name: 'helpdesk', userId }));
  if (reset.approvalReasons.length > 0) return askApprover(services, context, reset);
  return carryOut(services, authorized, reset, decision, null);
}

export const chooseOperation = (factorIds: PlanBody['factorIds']) => (factorIds === 'all' ? 'resetAll' : 'resetOne');

/** With the agent's lock, parallel resets of one agent cannot exceed the limit. */
export const resetRows = {
  resetMethods: {
    ...change('user.mfa.factor.reset', { who: 'agent' }),
    locksAgent: true,
    subject: personInPath,
    operations: ({ body }) => [chooseOperation(body.factorIds)],
    async handler(context: HelpdeskContext<'resetMethods'>, services: ResetServices) {
      await services.helpdeskServices.names.record(context.authorized.target.person);
      return runOperation(services, context, 'reset');
    },
  },

  unfreeze: {
    ...change('user.account.unfreeze', { who: 'staff' }),
    locksAgent: true,
    subject: personInPath,
    operations: () => ['unfreeze'],
    async handler(context: HelpdeskContext<'unfreeze'>, services: ResetServices) {
      await services.helpdeskServices.names.record(context.authorized.target.person);
      return runOperation(services, context, 'unfreeze');
    },
  },

  unlock: {
    ...change('user.account.unlock', { who: 'agent' }),
    locksAgent: true,
    subject: personInPath,
    operations: () => ['unlock'],
    async handler(context: HelpdeskContext<'unlock'>, services: ResetServices) {
      await services.helpdeskServices.names.record(context.authorized.target.person);
      return runOperation(services, context, 'unlock');
    },
  },
} satisfies HelpdeskRows<'resetMethods' | 'unfreeze' | 'unlock'>;
