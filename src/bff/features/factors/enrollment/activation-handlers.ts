import { ApiError } from '#contract/errors.ts';
import type { ActivationPoll, EndpointBody } from '#contract/endpoints.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { ActivationState } from '#okta/wire/activation-state.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import { classifyFailure } from '../../../platform/errors/api-errors.ts';
import type { Sealer } from '../../../platform/store/secrets.ts';
import { continued, getCorrelationId, allInTransaction } from '../../../records/audit-log/audit-log.ts';
import type { ActivationPolls } from './activation-polls.ts';
import type { FreezeServices } from './enroll-handlers.ts';
import { newKeyNote } from '../../../identity/authenticators/locations.ts';
import { nameFor } from '../../../identity/authenticators/suggested-name.ts';
import type { FactorNotes } from '../../../identity/methods/notes.ts';
import { tolerate } from '../../../platform/store/failure.ts';
import type { Repeats } from '../../../http/repeats.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Clock } from '#clock';
import type { EndpointRows, RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import type { OwnMethods } from '../read-security-methods.ts';
import { change, readPolicy } from '../../../http/policies.ts';
import type { NotificationServices } from '../../../records/notifications/enqueue.ts';
import { createAttempt, notifyOfWrongCodes } from '../../../identity/step-up/wrong-codes.ts';
import { findPhone, type SendingServices } from '../../../identity/step-up/messages.ts';
import { enqueueWorks, finishReplacement, type Replacements } from '../../../identity/step-up/replacements.ts';
import type { EnrollmentGrant, StepUps } from '../../../identity/step-up/step-ups.ts';
import { findSecurityMethod, createSecurityMethods, isPending } from '../../../identity/methods/security-methods.ts';
import { kinds } from '../../../platform/kinds/registry.ts';
import { sentBy } from '../../../platform/kinds/sent-codes.ts';
import { maskAddress, maskPhone } from '../../../platform/kinds/mask.ts';
import { assertNotFrozen } from '../../../identity/users/assert-not-frozen.ts';
import { presentOwnFactor } from '../../../identity/methods/present.ts';
import { assertCurrent } from './current-start.ts';
import { qrContext } from './qr.ts';

type Names = 'activateFactor' | 'resendFactor' | 'pollActivation' | 'getActivationQr' | 'sendActivationLink';
type OnFactor = Pick<RequestContext<Names>, 'session' | 'params'> & OwnMethods;

type GrantServices = { clock: Clock; stepUps: StepUps };
type WrongCodeServices = Parameters<typeof notifyOfWrongCodes>[0];
type StoredServices = GrantServices & { replacements: Replacements; notes: FactorNotes };
type ActivationServices = StoredServices & WrongCodeServices & FreezeServices & { repeats: Repeats };
type Cancellations = { assertNotToCancel(userId: string, factorId: string, tx: Store): Promise<void> };
type PollServices = StoredServices &
  NotificationServices & { helpdeskServices: { pendingCancellations: Cancellations }; polls: ActivationPolls };
type SendServices = GrantServices & SendingServices;

const iso = (ms: number) => new Date(ms).toISOString();

/** Throws unless this session may finish the enrollment. `late`: accepts an expired grant. */
async function findGrant(
  { clock, stepUps }: GrantServices,
  context: OnFactor,
  how: readonly EnrollmentGrant['how'][],
  late = false,
): Promise<EnrollmentGrant & { kind: FactorKind }> {
  const { session, params } = context;
  const grant = await stepUps.granted(session, params.factorId);
  if (!grant) {
    const own = findSecurityMethod((await context.securityMethods()).methods, params.factorId);
    if (!own) throw new ApiError('not_found');
    throw isPending(own) ? new ApiError('forbidden') : new ApiError('already_enrolled', { factorId: own.id });
  }
  if (!how.includes(grant.how)) throw new ApiError('conflict');
  if (grant.expires_at <= clock.now() && !late) throw new ApiError('conflict');
  return grant as EnrollmentGrant & { kind: FactorKind };
}

/** Errors with which Okta may refuse a code or key that it has already accepted. */
const refusedAgain = new Set(['wrong_code', 'conflict', 'not_found', 'already_enrolled', 'org_error']);

/** Returns the method's id if Okta has already activated it. This happens if an answer was lost. */
async function activeBefore(context: OnFactor): Promise<string | null> {
  const { methods } = await context.securityMethods();
  const own = findSecurityMethod(methods, context.params.factorId);
  const member = own?.members.find(({ id }) => id === context.params.factorId);
  return member && member.status !== 'PENDING_ACTIVATION' ? own!.id : null;
}

/** Throws `already_enrolled` if Okta had accepted the code or key before. */
async function sendAnswer(context: OnFactor, body: EndpointBody<'activateFactor'>): Promise<Wire> {
  const { factors, params } = context;
  const isCode = 'passCode' in body;
  try {
    return await factors.activate(
      params.factorId,
      isCode ? { passCode: body.passCode } : { attestation: body.attestation, clientData: body.clientData },
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const isCertain = classifyFailure(error).outcome === 'failure';
    const active = isCertain && refusedAgain.has(error.code) ? await activeBefore(context) : null;
    if (active !== null) throw new ApiError('already_enrolled', { factorId: active }, { cause: error.cause });
    // On activation, Okta's E0000047 means five tries of one person in five minutes, not the org's rate limit.
    if (error.code === 'busy') throw new ApiError('too_many_attempts', error.details, { cause: error.cause });
    throw error;
  }
}

/**
 * A right code does not reset the count of wrong codes. Otherwise a session that knows the secret could reset it.
 * Nobody can guess a key's answer, so a wrong one throws `conflict` and not `wrong_code`.
 */
async function guarded<T>(
  services: WrongCodeServices,
  context: RequestContext<'activateFactor'> & OwnMethods,
  kind: FactorKind,
  how: EnrollmentGrant['how'],
  activate: () => Promise<T>,
): Promise<T> {
  const verificationType = { secret: 'code', code: 'sent-code', create: 'key', poll: 'push' } as const;
  try {
    return await services.codeAttempts.guard(createAttempt(context, kind, verificationType[how], false), activate);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (how !== 'create') await notifyOfWrongCodes(services, context, kind);
    else if (error.code === 'wrong_code') throw new ApiError('conflict', {}, { cause: error.cause });
    throw error;
  }
}

async function withNotes({ notes }: { notes: FactorNotes }, userId: string, wire: Wire) {
  const [representative] = createSecurityMethods([wire], 'v1', null, await notes.of(userId));
  return representative!;
}

async function poll(
  services: PollServices,
  context: RequestContext<'pollActivation'> & OwnMethods,
): Promise<ActivationState | Wire> {
  const { polls, stepUps } = services;
  const { session, person, factors, params, operation } = context;
  const state = await polls.ask(params.factorId, factors);
  if (!state.factor) return state;
  const representative = await withNotes(services, session.user_id, state.factor);
  await polls.finish(
    session.user_id,
    params.factorId,
    allInTransaction(
      (tx) => services.helpdeskServices.pendingCancellations.assertNotToCancel(session.user_id, params.factorId, tx),
      enqueueWorks(services, person, { ...representative, factorId: params.factorId }, operation.actor.agent),
      finishReplacement(services, session, representative.kind),
    ),
  );
  await stepUps.dropGrants(params.factorId);
  void services.outbox.flush();
  return state.factor;
}

const results = new Set(['WAITING', 'TIMEOUT', 'CANCELLED', 'ERROR']);
function activationPoll(
  { clock }: GrantServices,
  { factorResult, expiresAt }: ActivationState,
  grant: EnrollmentGrant,
): ActivationPoll {
  const ends = Math.min(grant.expires_at, expiresAt === null ? Infinity : Date.parse(expiresAt) || Infinity);
  const result = grant.expires_at <= clock.now() && factorResult === 'WAITING' ? 'TIMEOUT' : factorResult;
  return { result: (results.has(result) ? result : 'ERROR') as 'WAITING', expiresAt: iso(ends) };
}

export const activationRows = {
  activateFactor: {
    ...change('user.mfa.factor.activate', { freezable: true, enrolls: true, limit: 'code' }),
    async handler(context, services: ActivationServices) {
      const { auditLog, notes, repeats, replacements, stepUps } = services;
      const { session, person, params, body } = context;
      const { factorId } = params;
      const userId = session.user_id;
      const grant = await findGrant(services, context, ['secret', 'code', 'create']);
      const operation = continued(context.operation, await replacements.findCorrelationId(userId, factorId));
      if ('passCode' in body === (grant.how === 'create')) throw new ApiError('bad_request');
      if ('passCode' in body) assertCurrent(grant, body, factorId);
      const added = { kind: grant.kind, name: (await notes.of(userId)).get(factorId)?.name ?? null, factorId };
      const { detail } = kinds[grant.kind];
      const run = () =>
        auditLog.change(
          operation,
          { event: 'user.mfa.factor.activate', subject: userId, factorId, kind: grant.kind },
          () => sendAnswer(context, body),
          {
            done: ({ id, profile }) => ({
              factorId: id,
              inTransaction: allInTransaction(
                services.helpdeskServices.pendingCancellations.ifFrozen(userId, id, getCorrelationId(operation.actor)),
                enqueueWorks(services, person, { ...added, detail: detail({ profile }) }, operation.actor.agent),
                replacements.followNewFactor(userId, factorId, id),
                finishReplacement(services, session, grant.kind),
              ),
            }),
          },
        );
      const active = await guarded(services, context, grant.kind, grant.how, run);
      await assertNotFrozen(services, userId);
      // On activation Okta gives an SMS factor a new id.
      if (active.id !== factorId) {
        await notes.follow(userId, factorId, active.id);
        await repeats.follow(userId, factorId, active.id);
      }
      if ('attestation' in body) {
        // The key is already active, so a note that cannot be written must not fail the request.
        await tolerate(notes.change(userId, active.id, [active.id], newKeyNote(body, session.agent)));
      }
      await stepUps.dropGrants(factorId);
      void services.outbox.flush();
      const method = await withNotes(services, userId, active);
      const suggestedName = nameFor(method.note, await notes.of(userId));
      return { factor: { ...presentOwnFactor(method), ...(suggestedName !== null && { suggestedName }) } };
    },
  },

  resendFactor: {
    ...change('user.mfa.factor.resend', { freezable: true, enrolls: true, limit: 'code' }),
    async handler(context, services: SendServices & WrongCodeServices) {
      const { auditLog, clock, messages, codeAttempts } = services;
      const { session, factors, params, operation } = context;
      const { kind } = await findGrant(services, context, ['code']);
      await codeAttempts.assertOpen(createAttempt(context, kind, 'sent-code', false));
      const details = {
        event: 'user.mfa.factor.resend',
        subject: session.user_id,
        factorId: params.factorId,
        kind,
      } as const;
      await messages.assertMaySend(session.user_id);
      const pending = findSecurityMethod((await context.securityMethods()).methods, params.factorId)?.members.find(
        ({ id }) => id === params.factorId,
      );
      if (!pending) throw new ApiError('not_found');
      const counted = messages.counted(session.user_id, findPhone(pending));
      const again = await auditLog.change(operation, details, () => factors.resend(params.factorId), {
        first: counted,
      });
      return sentBy(kinds[kind], again, clock.now());
    },
  },

  // A timer of the page sends these requests, so they do not extend the session.
  pollActivation: {
    ...readPolicy,
    activity: false,
    async handler(context, services: PollServices) {
      const { params } = context;
      const grant = await findGrant(services, context, ['poll'], true).catch(async (error: unknown) => {
        // Another tab has already seen the method active and ended the grant.
        const own =
          error instanceof ApiError && error.code === 'already_enrolled'
            ? findSecurityMethod((await context.securityMethods()).methods, params.factorId)
            : undefined;
        if (own) return own;
        throw error;
      });
      if ('members' in grant) return { result: 'ACTIVE', factor: presentOwnFactor(grant) };
      const found = await poll(services, context);
      if ('factorResult' in found) return activationPoll(services, found, grant);
      return { result: 'ACTIVE', factor: presentOwnFactor(await withNotes(services, context.session.user_id, found)) };
    },
  },

  getActivationQr: {
    ...readPolicy,
    activity: false,
    async handler(context, services: GrantServices & { sealer: Sealer }) {
      const { session, factors, params } = context;
      const { qr } = await findGrant(services, context, ['poll']);
      const href = qr === null ? null : services.sealer.open(qr, qrContext(session.user_id, params.factorId));
      if (href === null) throw new ApiError('conflict');
      return factors.qr(href);
    },
  },

  sendActivationLink: {
    ...change('user.mfa.factor.send_link', { freezable: true, enrolls: true, limit: 'code' }),
    async handler(context, services: SendServices) {
      const { auditLog, clock, messages } = services;
      const { session, person, factors, params, body, operation } = context;
      const { kind } = await findGrant(services, context, ['poll']);
      const details = {
        event: 'user.mfa.factor.send_link',
        subject: session.user_id,
        factorId: params.factorId,
        kind,
      } as const;
      await messages.assertMaySend(session.user_id);
      const counted = messages.counted(session.user_id, body.channel === 'sms' ? { number: body.to } : null);
      const { expiresAt } = await auditLog.change(operation, details, () => factors.sendLink(params.factorId, body), {
        first: counted,
      });
      const to = body.channel === 'sms' ? maskPhone(body.to) : person.email === null ? null : maskAddress(person.email);
      return { to, resendAt: iso(clock.now() + kinds[kind].resendAfterMs), expiresAt };
    },
  },
} satisfies EndpointRows<Names, OwnMethods>;
