import { change } from '../../../http/policies.ts';
import type { HelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { personInPath } from '../access/subjects.ts';
import { mayTry, cancelEnrollments } from './cancel-enrollments.ts';

export const cancelRows = {
  cancelEnrollments: {
    ...change('user.mfa.factor.cancel', { who: 'staff', limit: 'code' }),
    subject: personInPath,
    operations: () => ['view'],
    async handler(
      { operation, authorized }: HelpdeskContext<'cancelEnrollments'>,
      services: Parameters<typeof cancelEnrollments>[0],
    ) {
      const { id } = authorized.target.person;
      const { pendingCancellations } = services.helpdeskServices;
      if (await mayTry(services, id)) await cancelEnrollments(services, id, operation.actor);
      const left = await pendingCancellations.of(id);
      const details = { event: 'user.mfa.factor.cancel', subject: id } as const;
      const outcome = left ? ('failure' as const) : ('success' as const);
      await services.auditLog.event(operation, details, { outcome, reason: 'asked for by the helpdesk' });
      return { cancellationAt: left && new Date(left.nextAt).toISOString() };
    },
  },
} satisfies HelpdeskRows<'cancelEnrollments'>;
