import { ApiError } from '#contract/errors.ts';
import type { Enrolled, EnrollBody } from '#contract/endpoints.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import { findBlockingMethod } from '../../../identity/methods/in-the-way.ts';
import type { Sealer } from '../../../platform/store/secrets.ts';
import type { ActivationPolls } from './activation-polls.ts';
import type { Passkeys } from '../../../identity/methods/passkeys.ts';
import type { SendingServices, ToPhone } from '../../../identity/step-up/messages.ts';
import {
  continued,
  getCorrelationId,
  allInTransaction,
  type RowsBeside,
  type InTransaction,
} from '../../../records/audit-log/audit-log.ts';
import type { EndpointRows, RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import type { OwnMethods } from '../read-security-methods.ts';
import { change } from '../../../http/policies.ts';
import type { NotificationServices } from '../../../records/notifications/enqueue.ts';
import { enqueueWorks, finishReplacement, type Replacements } from '../../../identity/step-up/replacements.ts';
import { ENROLLMENT_MS, type StepUps } from '../../../identity/step-up/step-ups.ts';
import { findSecurityMethod, createSecurityMethods, isPending } from '../../../identity/methods/security-methods.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';
import type { EnrollAbout } from '../../../platform/kinds/kind.ts';
import { getKind, kinds } from '../../../platform/kinds/registry.ts';
import { assertNotFrozen, type FrozenAt } from '../../../identity/users/assert-not-frozen.ts';
import { presentOwnFactor } from '../../../identity/methods/present.ts';
import { qrContext } from './qr.ts';

export type EnrollmentServices = NotificationServices &
  SendingServices &
  FreezeServices & {
    passkeys: Passkeys;
    polls: ActivationPolls;
    replacements: Replacements;
    stepUps: StepUps;
    sealer: Sealer;
  };

export type FreezeServices = FrozenAt & {
  helpdeskServices: {
    pendingCancellations: { ifFrozen(userId: string, factorId: string, correlationId: string | null): InTransaction };
  };
};

/** Limits and alarms look for activations, so a method that is active at once gets an activation event too. */
export const activeAtOnce: RowsBeside = (row) => [
  { ...row, type: 'event', intent: null, event: 'user.mfa.factor.activate', reason: 'at once' },
];

type EnrollRequest = Pick<RequestContext<'enrollFactor'>, 'session' | 'person' | 'operation' | 'consumed'> &
  Pick<OwnMethods, 'factors'>;

/**
 * Throws `managed_at_okta` for a key whose relying-party id does not fit the portal's domain, and removes the
 * enrollment. From then on the portal offers no keys.
 */
async function assureOurs(
  { passkeys }: EnrollmentServices,
  made: Wire,
  { factors }: Pick<OwnMethods, 'factors'>,
): Promise<void> {
  const rp = made.activation?.options?.['rp'] as { id?: unknown } | undefined;
  if (made.activation?.options == null || (await passkeys.learn(typeof rp?.id === 'string' ? rp.id : ''))) return;
  await factors.remove(made.id).catch((error: unknown) => {
    throw new ApiError('managed_at_okta', {}, { cause: error });
  });
  throw new ApiError('managed_at_okta');
}

/** Null: the message is an email. Undefined: nothing is sent. */
function getRecipient(body: EnrollBody, userId: string): ToPhone | null | undefined {
  if (body.kind === 'email') return null;
  if (body.kind !== 'sms' && body.kind !== 'call') return undefined;
  return body.phoneNumber ? { number: body.phoneNumber } : { unknown: `${userId} ${body.kind}` };
}

/** Counts a message even if Okta has verified the number before and sends nothing. */
function prepareMessage({ messages }: EnrollmentServices, body: EnrollBody, userId: string) {
  const to = getRecipient(body, userId);
  return to === undefined ? undefined : messages.counted(userId, to);
}

/**
 * Throws if limits or Okta's policy refuse the enrollment.
 * Check this before a replacement, which must not remove a method that it cannot enroll again.
 */
export async function assertEnrollable(
  { messages }: EnrollmentServices,
  { session, factors }: EnrollRequest,
  body: EnrollBody,
): Promise<void> {
  if (!(await factors.catalog(true)).some((entry) => getKind(entry) === body.kind)) throw new ApiError('forbidden');
  if (kinds[body.kind].resendAfterMs > 0) await messages.assertMaySend(session.user_id);
  const to = getRecipient(body, session.user_id);
  if (to !== undefined) await messages.assertOpen(session.user_id, to);
}

async function beginActivation(
  { clock, sealer, polls, stepUps }: EnrollmentServices,
  { session, operation }: EnrollRequest,
  body: EnrollBody,
  account: EnrollAbout,
  made: Wire,
) {
  const { id, activation: enrolled } = made;
  const expiresAt = new Date(clock.now() + ENROLLMENT_MS).toISOString();
  const activation = kinds[body.kind].activation(made, body as never, { ...account, now: clock.now(), expiresAt });
  if (!activation) throw new ApiError('org_error');
  const href = activation.how === 'poll' ? enrolled?.qrcodeHref : null;
  const qr = href ? sealer.seal(href, qrContext(session.user_id, id)) : null;
  // The intent is written before the grant, because an activation on the phone is recorded only with an intent.
  if (activation.how === 'poll') await polls.begin(operation, session.user_id, id, body.kind);
  const start = await stepUps.grant(session, id, body.kind, activation.how, qr);
  return { activation, start };
}

/** `first` writes more rows in the transaction of the intent. */
export async function startEnrollment(
  services: EnrollmentServices,
  context: EnrollRequest,
  body: EnrollBody,
  methods: readonly SecurityMethod[],
  first?: InTransaction,
): Promise<Enrolled> {
  const { auditLog, messages, passkeys, replacements, stepUps } = services;
  const { session, person, factors, operation } = context;
  const userId = session.user_id;
  const policy = kinds[body.kind];
  const account: EnrollAbout = { login: person.login, email: person.email, orgName: services.settings.orgName };
  const there = findBlockingMethod(methods, body, account);
  if (there) throw new ApiError('already_enrolled', { factorId: there.id });
  if (body.kind === 'webauthn' && (await passkeys.whose()) === 'foreign') {
    throw new ApiError('managed_at_okta');
  }
  if (policy.resendAfterMs > 0) await messages.assertMaySend(userId);
  try {
    const made = await auditLog.change(
      operation,
      { event: 'user.mfa.factor.enroll', subject: userId, kind: body.kind },
      async () => {
        const wire = await factors.enroll(body, account);
        await assureOurs(services, wire, context);
        return wire;
      },
      {
        done: (wire) => {
          const begun = allInTransaction(
            replacements.recordNewFactor(userId, getCorrelationId(operation.actor), body.kind, wire.id),
            services.helpdeskServices.pendingCancellations.ifFrozen(userId, wire.id, getCorrelationId(operation.actor)),
          );
          if (wire.status !== 'ACTIVE') return { factorId: wire.id, inTransaction: begun };
          const method = { kind: body.kind, name: null, detail: policy.detail(wire), factorId: wire.id };
          const works = enqueueWorks(services, person, method, operation.actor.agent);
          const finish = finishReplacement({ stepUps, replacements }, session, body.kind);
          const inTransaction = allInTransaction(begun, works, finish);
          return { factorId: wire.id, inTransaction, beside: activeAtOnce };
        },
        first: allInTransaction(prepareMessage(services, body, userId), first),
        // If reconciliation has written the outcome, it has also restored the step-up or granted the activation.
        // Then this request must fail.
        mustRecord: context.consumed !== null,
      },
    );
    // A freeze takes no lock. If it came while Okta answered, the portal cancels the new factor.
    await assertNotFrozen(services, userId);
    const [representative] = createSecurityMethods([made], 'v1', null);
    if (made.status === 'ACTIVE') {
      void services.outbox.flush();
      return { factor: presentOwnFactor(representative!), activation: null };
    }
    return {
      factor: presentOwnFactor(representative!),
      ...(await beginActivation(services, context, body, account, made)),
    };
  } catch (error) {
    throw withId(error, methods, body.kind);
  }
}

export const enrollRows = {
  enrollFactor: {
    ...change('user.mfa.factor.enroll', { freezable: true, enrolls: true, stepUp: 'enroll' }),
    async handler(context, services: EnrollmentServices) {
      const { session, body } = context;
      const { methods } = await context.securityMethods();
      const going = await services.replacements.listGranted(session, body.kind);
      // If the old method of a replacement is gone, adding a method of its kind continues the replacement.
      const replaced = going.find(({ factorId }) => !findSecurityMethod(methods, factorId));
      const operation = replaced ? continued(context.operation, replaced.correlationId) : context.operation;
      return startEnrollment(services, { ...context, operation }, body, methods);
    },
  },
} satisfies EndpointRows<'enrollFactor', OwnMethods>;

function withId(error: unknown, methods: readonly SecurityMethod[], kind: string): unknown {
  if (!(error instanceof ApiError) || error.code !== 'already_enrolled' || error.details.factorId) return error;
  const there = methods.find((one) => one.kind === kind && !isPending(one));
  return there ? new ApiError('already_enrolled', { factorId: there.id }, { cause: error.cause }) : error;
}
