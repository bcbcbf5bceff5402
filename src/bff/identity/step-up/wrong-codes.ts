import type { SessionView } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { VerificationType, FactorKind } from '#contract/kinds.ts';
import type { AuditLog, Operation } from '../../records/audit-log/audit-log.ts';
import type { SecurityMethods } from '../methods/security-methods.ts';
import { enqueueOwnNotice, type NotificationServices } from '../../records/notifications/enqueue.ts';
import type { Session } from '../sessions/sessions.ts';
import type { PortalUser } from '../users/users.ts';
import type { CodeAttempt, CodeAttempts } from './code-attempts.ts';
import type { StepUpCapabilities } from './requirement.ts';

export type AttemptContext = {
  session: Session;
  person: PortalUser;
  operation: Operation;
  capabilities(): Promise<StepUpCapabilities>;
  securityMethods(): Promise<SecurityMethods>;
};

export function createAttempt(
  { session, securityMethods, capabilities }: Pick<AttemptContext, 'session' | 'securityMethods' | 'capabilities'>,
  kind: FactorKind,
  verificationType: VerificationType,
  clears: boolean,
): CodeAttempt {
  const hasKey = async () =>
    (await capabilities()).keys &&
    (await securityMethods()).methods.some((one) => one.kind === 'webauthn' && one.status === 'ACTIVE');
  return { userId: session.user_id, kind, verificationType, hasKey, clears };
}

/** Lists kinds that wrong codes block now. Leaves out blocks that cannot be read: the next code is still refused. */
export async function listBlocked(
  { codeAttempts }: { codeAttempts: CodeAttempts },
  context: Parameters<typeof createAttempt>[0],
): Promise<NonNullable<SessionView['blocked']>> {
  const kinds = await codeAttempts.listGuessedKinds(context.session.user_id);
  const blocks = kinds.map((kind) =>
    codeAttempts.assertOpen(createAttempt(context, kind, 'code', true)).then(
      () => [],
      (error: unknown) =>
        error instanceof ApiError && error.code === 'too_many_attempts'
          ? [{ kind, closed: 'kind' as const, ...error.details }]
          : [],
    ),
  );
  return (await Promise.all(blocks)).flat();
}

export async function notifyOfWrongCodes(
  services: NotificationServices & { auditLog: AuditLog; codeAttempts: CodeAttempts },
  { person, operation: { actor } }: AttemptContext,
  kind: FactorKind,
): Promise<void> {
  const { auditLog, outbox, codeAttempts } = services;
  if (!(await codeAttempts.hasManyWrongCodes(person.id, kind))) return;
  const details = { method: { kind, name: null, detail: null }, agent: actor.agent };
  const notification = enqueueOwnNotice(services, person, details, (data, templates) => templates.wrongCodes(data));
  const written = await auditLog.event(
    actor,
    { event: 'user.mfa.wrong_codes', subject: person.id, kind },
    { outcome: 'success', reason: 'told' },
    async (tx) => ((await codeAttempts.takeNotification(person.id, tx)) ? notification(tx) : false),
  );
  if (written) void outbox.flush();
}
