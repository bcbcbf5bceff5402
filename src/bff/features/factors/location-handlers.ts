import { ApiError } from '#contract/errors.ts';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import type { EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import { change } from '../../http/policies.ts';
import { findSecurityMethod } from '../../identity/methods/security-methods.ts';
import type { FactorNotes } from '../../identity/methods/notes.ts';
import { presentOwnFactor } from '../../identity/methods/present.ts';
import type { OwnMethods } from './read-security-methods.ts';

/** Saying where a method is, in place of the portal's guess. */
export const locationRows = {
  setFactorLocation: {
    ...change('user.mfa.factor.location', { freezable: true }),
    async handler(
      { session, params, body, actor, securityMethods },
      { auditLog, notes }: { auditLog: AuditLog; notes: FactorNotes },
    ) {
      const target = findSecurityMethod((await securityMethods()).methods, params.factorId);
      if (!target) throw new ApiError('not_found');
      const { id, kind, members } = target;
      // Where somebody's things are is their own data, so the audit log does not contain it.
      const about = { event: 'user.mfa.factor.location', subject: session.user_id, factorId: id, kind } as const;
      await auditLog.event(actor, about, { outcome: 'success' });
      await notes.change(
        session.user_id,
        id,
        members.map((member) => member.id),
        { location: body.location },
      );
      return { factor: presentOwnFactor({ ...target, note: { ...target.note, location: body.location } }) };
    },
  },
} satisfies EndpointRows<'setFactorLocation', OwnMethods>;
