import type { Services } from '../../context.ts';
import type { EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import { change, read } from '../../http/policies.ts';
import { requireHelpdesk } from '../access/authorize-operation.ts';
import { freezePerson } from './freeze-person.ts';

/** The endpoints with which a person freezes their own methods and reads their security history. */
export const freezeRows = {
  freezeMyself: {
    ...change('user.account.freeze', { limit: null, withoutOkta: true }),
    async handler(
      { person, actor, endSession },
      services: Parameters<typeof freezePerson>[0] & Pick<Services, 'helpdesk'>,
    ) {
      // Without a helpdesk nobody could unfreeze the person.
      requireHelpdesk(services);
      await freezePerson(services, actor, person, 'this was not me');
      endSession();
      return undefined;
    },
  },

  getSecurityHistory: {
    ...read,
    async handler({ session }, { helpdeskServices }: Pick<Services, 'helpdeskServices'>) {
      const [entries, frozenAt] = await Promise.all([
        helpdeskServices.auditReader.historyOf(session.user_id),
        helpdeskServices.frozenAt(session.user_id),
      ]);
      return { entries, frozenAt: frozenAt === null ? null : new Date(frozenAt).toISOString() };
    },
  },
} satisfies EndpointRows<'freezeMyself' | 'getSecurityHistory'>;
