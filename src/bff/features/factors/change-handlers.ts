import { ApiError } from '#contract/errors.ts';
import { continued, type AuditLog } from '../../records/audit-log/audit-log.ts';
import type { FactorNotes } from '../../identity/methods/notes.ts';
import type { EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import type { Replacements } from '../../identity/step-up/replacements.ts';
import type { OwnMethods } from './read-security-methods.ts';
import { change } from '../../http/policies.ts';
import { findSecurityMethod, isPending } from '../../identity/methods/security-methods.ts';
import { presentOwnFactor, requiredKinds } from '../../identity/methods/present.ts';
import { findKeptReason } from './removal-rules.ts';
import { removeMethod, type RemovalServices } from './remove-method.ts';

type NameServices = { auditLog: AuditLog; notes: FactorNotes };
type RemoveServices = RemovalServices & { replacements: Replacements };

export const changeRows = {
  nameFactor: {
    ...change('user.mfa.factor.rename', { freezable: true }),
    async handler({ session, params, body, operation, securityMethods }, { auditLog, notes }: NameServices) {
      const target = findSecurityMethod((await securityMethods()).methods, params.factorId);
      if (!target) throw new ApiError('not_found');
      const { id, kind, members } = target;
      // The name is the person's own data, so the audit log does not get it.
      const details = { event: 'user.mfa.factor.rename', subject: session.user_id, factorId: id, kind } as const;
      const outcome = { outcome: 'success', reason: body.name === '' ? 'name taken away' : 'named' } as const;
      const name = body.name === '' ? null : body.name;
      const ids = members.map((member) => member.id);
      await notes.change(session.user_id, id, ids, { name }, (write) =>
        auditLog.event(operation, details, outcome, write),
      );
      return { factor: presentOwnFactor({ ...target, name }) };
    },
  },

  deleteFactor: {
    ...change('user.mfa.factor.deactivate', { freezable: true, stepUp: 'remove' }),
    async handler(context, services: RemoveServices) {
      const { factors, params } = context;
      const whole = await context.securityMethods();
      const target = findSecurityMethod(whole.methods, params.factorId);
      if (!target) throw new ApiError('not_found');
      if (!isPending(target)) {
        const reason = findKeptReason(target, whole, requiredKinds(await factors.catalog(true)));
        if (reason) throw new ApiError(reason);
      }
      const replacement = await services.replacements.find(context.session.user_id, target.id);
      // The old method is recorded as replaced only if the new one is active.
      const isReplaced = whole.methods.some(
        ({ id, status, members }) =>
          id !== target.id && status === 'ACTIVE' && members.some((one) => one.id === replacement?.newFactorId),
      );
      const operation = isReplaced ? continued(context.operation, replacement?.correlationId) : context.operation;
      await removeMethod(services, { ...context, operation }, target, isReplaced ? 'replaced' : 'removed');
      return undefined;
    },
  },
} satisfies EndpointRows<'nameFactor' | 'deleteFactor', OwnMethods>;
