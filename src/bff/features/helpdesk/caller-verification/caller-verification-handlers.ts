import { ApiError, type ErrorRule } from '#contract/errors.ts';
import type { CallerVerification, CallerVerificationBody } from '#contract/helpdesk.ts';
import { continued, getCorrelationId } from '../../../records/audit-log/audit-log.ts';
import type { HelpdeskContext, LateHelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { change, readPolicy } from '../../../http/policies.ts';
import type { Session } from '../../../identity/sessions/sessions.ts';
import { personInPath } from '../access/subjects.ts';
import type { StoredCallerVerification } from './caller-verifications.ts';
import type { StartLimits } from './start-limits.ts';
import {
  endVerification,
  recordLateDenial,
  readPush,
  readUnreadPushes,
  type EndServices,
  type FollowServices,
} from './push-results.ts';
import { createChoice } from './verification-choice.ts';
import { whatVerified, type WhatVerified } from './what-verified.ts';
import { answersThemselves, listPushes } from './verification-types.ts';
import { countsDespite, readFreezeWindow } from '../freezes/freeze-window.ts';
import { changedRecently, listActivePhones } from './contact-methods.ts';
import { assertLockedOut } from '../reset-model/reset.ts';

type Begin = HelpdeskContext<'startCallerVerification'>;
type Body<W extends CallerVerificationBody['type']> = Extract<CallerVerificationBody, { type: W }>;

type StartServices = FollowServices & { helpdeskServices: { startLimits: StartLimits } };
type BeginServices = StartServices & Parameters<typeof readFreezeWindow>[0];

const refuse = (rule: ErrorRule<'out_of_policy'>) => ApiError.withRule('out_of_policy', rule);
const noMethod = () => new ApiError('conflict');

type About = ReturnType<typeof participants> & ReturnType<typeof createChoice> & { frozen: boolean };

const participants = ({ session, operation: { actor }, authorized: { target } }: Begin) => ({
  agent_id: session.user_id,
  agent_name: session.name,
  user_id: target.person.id,
  correlation_id: getCorrelationId(actor),
});
const toDetails = (userId: string, factorId: string | null = null, kind: string | null = null) =>
  ({ event: 'helpdesk.caller_verification.start', subject: userId, factorId, kind }) as const;

/** The agent tells the caller the number, and the caller selects it on the phone. */
async function push(
  services: StartServices,
  context: Begin,
  { factorId }: Body<'push'>,
  involved: About & WhatVerified,
): Promise<StoredCallerVerification> {
  const { auditLog, callerVerifications, helpdeskServices } = services;
  const { authorized } = context;
  const listedPush = listPushes((await authorized.securityMethods()).methods, await context.capabilities()).find(
    ({ factor }) => factor.id === factorId,
  );
  if (!listedPush) throw noMethod();
  const { person } = authorized.target;
  await readUnreadPushes(services, context.operation.actor, authorized.factors, person.id);
  await helpdeskServices.startLimits.assert('push', context);
  const named = toDetails(person.id, factorId, listedPush.one.kind);
  const startedPush = await auditLog.change(context.operation, named, async () => {
    // A phone shows one push at a time, so the agent's earlier pushes end, even if Okta does not cancel them.
    for (const one of await callerVerifications.waiting({ ...involved, type: 'push' })) {
      if (!(await callerVerifications.close(one, 'expired')) || one.factor_id === null || one.transaction_id === null)
        continue;
      await authorized.factors.cancel(one.factor_id, one.transaction_id).catch(() => undefined);
      await recordLateDenial(services, context.operation.actor, authorized.factors, one);
    }
    return authorized.factors.challenge(factorId);
  });
  const { transactionId: transaction_id, number, expiresAt } = startedPush;
  return callerVerifications.start({ ...involved, type: 'push', transaction_id, number }, expiresAt);
}

/** The caller's page shows what the reset would remove, and later a code to tell the agent. */
async function ownSession(services: StartServices, context: Begin, involved: About): Promise<StoredCallerVerification> {
  const { auditLog, callerVerifications, helpdeskServices } = services;
  const { authorized } = context;
  if (!answersThemselves((await authorized.securityMethods()).methods)) throw refuse('caller_has_no_method');
  await helpdeskServices.startLimits.assert('question', context);
  const outcome = { outcome: 'success', reason: 'own-session' } as const;
  return callerVerifications.start({ ...involved, type: 'own-session' }, null, (write) =>
    auditLog.event(context.operation, toDetails(authorized.target.person.id), outcome, write),
  );
}

/** An approver must agree, because the agent's claim to have called the number proves little. */
async function callBack(
  services: StartServices,
  context: Begin,
  { factorId }: Body<'call-back'>,
  involved: About & WhatVerified,
): Promise<StoredCallerVerification> {
  const { auditLog, callerVerifications, clock, helpdeskServices } = services;
  const { authorized } = context;
  const phone = listActivePhones((await authorized.securityMethods()).methods).find(({ id }) => id === factorId);
  if (!phone) throw noMethod();
  if (changedRecently(phone, clock.now())) throw refuse('contact_changed');
  await helpdeskServices.startLimits.assert('call_back', context);
  const named = {
    ...toDetails(authorized.target.person.id, factorId, phone.kind),
    event: 'helpdesk.caller_verification.verify',
  } as const;
  const outcome = { outcome: 'success', reason: 'call-back' } as const;
  return callerVerifications.attest({ ...involved, type: 'call-back' }, (write) =>
    auditLog.event(context.operation, named, outcome, write),
  );
}

/** Throws `not_found` for another agent's verification. */
async function ownVerification(
  { callerVerifications }: EndServices,
  { session, params }: { session: Session; params: { userId: string; id: string } },
): Promise<StoredCallerVerification> {
  const verification = await callerVerifications.find(session.user_id, params.userId, params.id);
  if (!verification) throw new ApiError('not_found');
  return verification;
}

async function follow(
  services: FollowServices,
  context: LateHelpdeskContext<'pollCallerVerification'>,
  verification: StoredCallerVerification,
): Promise<void> {
  if (verification.type !== 'push' || verification.status !== 'waiting') return;
  if (!(await services.callerVerifications.claim(verification))) return;
  const { factors } = await context.authorize();
  const actor = { ...context.operation.actor, correlationId: verification.correlation_id };
  await readPush(services, actor, factors, verification);
}

/**
 * An agent never asks for a code of the caller's own methods, because people must not get used to telling such codes on
 * the phone.
 */
export const callerVerificationRows = {
  startCallerVerification: {
    ...change('helpdesk.caller_verification.start', { who: 'staff', limit: 'code' }),
    subject: personInPath,
    operations: () => ['challenge'],
    async handler(context: Begin, services: BeginServices): Promise<CallerVerification> {
      const { callerVerifications } = services;
      const { body, params, authorized } = context;
      if (body.type === 'call-back' && !authorized.helpdesk.settings.callBack) throw refuse('type_not_enabled');
      const { methods } = await authorized.securityMethods();
      const freeze = await readFreezeWindow(services, params.userId, methods);
      if (body.choice.reason === 'locked-out') {
        assertLockedOut(authorized.target.person);
        if (freeze) throw new ApiError('frozen');
      }
      const factorId = 'factorId' in body ? body.factorId : null;
      if (!countsDespite(freeze, { type: body.type, factorId }, methods)) throw refuse('not_while_frozen');
      const frozen = freeze !== null;
      const details = { ...participants(context), ...createChoice(body, methods, frozen), frozen };
      if (body.type === 'own-session') return callerVerifications.present(await ownSession(services, context, details));
      const by = whatVerified({ ...details, type: body.type }, { ...body, strength: null }, methods, frozen);
      if (!by) throw noMethod();
      const started =
        body.type === 'push'
          ? push(services, context, body, { ...details, ...by })
          : callBack(services, context, body, { ...details, ...by });
      return callerVerifications.present(await started);
    },
  },

  // A timer of the page sends these requests, so they do not extend the session.
  pollCallerVerification: {
    ...readPolicy,
    who: 'staff',
    activity: false,
    forOneBrowser: true,
    subject: personInPath,
    operations: () => ['challenge'],
    late: true,
    async handler(context: LateHelpdeskContext<'pollCallerVerification'>, services: FollowServices) {
      await follow(services, context, await ownVerification(services, context));
      return services.callerVerifications.present(await ownVerification(services, context));
    },
  },

  checkCallerCode: {
    ...change('helpdesk.caller_verification.verify', { who: 'staff', limit: 'code' }),
    subject: personInPath,
    operations: () => ['challenge'],
    async handler(context: HelpdeskContext<'checkCallerCode'>, services: EndServices) {
      const { auditLog, callerVerifications } = services;
      const verification = await ownVerification(services, context);
      const tried =
        verification.type === 'own-session'
          ? await callerVerifications.checkCode(verification, context.body.code)
          : null;
      if (!tried) throw new ApiError('conflict');
      const operation = continued(context.operation, verification.correlation_id);
      if (tried.right) {
        await endVerification(services, operation, verification, 'verified', 'own-session');
        return callerVerifications.present(await ownVerification(services, context));
      }
      const named = { event: 'helpdesk.caller_verification.verify', subject: verification.user_id } as const;
      if (tried.triesLeft > 0)
        await auditLog.event(operation.actor, named, { outcome: 'failure', reason: 'own-session: wrong code' });
      else {
        const why = 'own-session: too many wrong codes';
        await endVerification(services, operation.actor, verification, 'denied', why, 'wrong_codes');
      }
      throw new ApiError('wrong_code', { triesLeft: tried.triesLeft });
    },
  },
} satisfies HelpdeskRows<'startCallerVerification' | 'pollCallerVerification' | 'checkCallerCode'>;
