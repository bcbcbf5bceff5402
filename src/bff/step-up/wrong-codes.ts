import type { EndpointName } from '#contract/endpoints.ts';
import type { VerificationType, FactorKind } from '#contract/kinds.ts';
import type { RequestContext, Services } from '../context.ts';
import { deviceOf } from '../sessions/device.ts';
import { templatesOf } from '../notifications/templates/templates.ts';
import type { CodeAttempt } from './code-attempts.ts';

type AttemptContext = Pick<
  RequestContext<EndpointName>,
  'session' | 'person' | 'actor' | 'securityMethods' | 'capabilities'
>;

/**
 * Builds a person's attempt at a kind.
 * @param clears see `CodeAttempt`
 */
export function attemptOf(
  { session, securityMethods, capabilities }: AttemptContext,
  kind: FactorKind,
  verificationType: VerificationType,
  clears: boolean,
): CodeAttempt {
  const hasKey = async () =>
    capabilities.keys &&
    (await securityMethods()).methods.some((one) => one.kind === 'webauthn' && one.status === 'ACTIVE');
  return { userId: session.user_id, kind, verificationType, hasKey, clears };
}

/** After a wrong code, emails the person if one kind had many in a day; once in 24 hours. */
export async function notifyOfWrongCodes(
  services: Pick<Services, 'auditLog' | 'clock' | 'outbox' | 'settings' | 'codeAttempts'>,
  { person, actor }: AttemptContext,
  kind: FactorKind,
): Promise<void> {
  const { auditLog, clock, outbox, settings, codeAttempts } = services;
  if (!(await codeAttempts.hasManyWrongCodes(person.id, kind))) return;
  const { orgName, supportPhone, supportUrl } = settings;
  const about = {
    name: person.name,
    method: { kind, name: null },
    at: clock.now(),
    device: deviceOf(actor.agent),
    orgName,
  };
  const notification = outbox.enqueue({
    addresses: person.addresses,
    ...templatesOf().wrongCodes({ ...about, support: supportPhone ?? supportUrl }),
  });
  const told = await auditLog.event(
    actor,
    { event: 'user.mfa.wrong_codes', subject: person.id, kind },
    { outcome: 'success', reason: 'told' },
    async (step, seq) => {
      if (!(await codeAttempts.takeNotification(person.id, step))) return false;
      await notification(step, seq);
    },
  );
  if (told) void outbox.flush();
}
