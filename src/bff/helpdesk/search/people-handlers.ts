import type { HelpdeskContext, Services } from '../../context.ts';
import type { EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import { read } from '../../http/policies.ts';
import { personInPath } from '../access/subjects.ts';
import { requireHelpdesk } from '../access/authorize-operation.ts';
import { viewPerson } from './person-view.ts';
import type { ViewNeeds } from './person-view.ts';
import { sortOf } from './query.ts';

/** The endpoints that search for people and show one. */
export const peopleRows = {
  searchPeople: {
    ...read,
    who: 'staff',
    event: 'helpdesk.person.search',
    search: true,
    async handler({ session, actor, query: { q } }, services: Pick<Services, 'auditLog' | 'helpdesk'>) {
      const helpdesk = requireHelpdesk(services);
      const found = await helpdesk.search(await helpdesk.staffOf(session.user_id, false), q);
      // The audit log does not get the typed text: it may be a phone number, or a secret pasted into the wrong field.
      const reason = `${sortOf(q)} of ${q.length} characters: ${found.people.length} shown${found.limited ? ', limited' : ''}`;
      await services.auditLog.event(
        actor,
        { event: 'helpdesk.person.search', subject: null },
        { outcome: 'success', reason },
      );
      return found;
    },
  },

  getPerson: {
    ...read,
    who: 'staff',
    event: 'helpdesk.person.view',
    subject: personInPath,
    operations: () => ['view'],
    async handler(context: HelpdeskContext<'getPerson'>, services: ViewNeeds & Pick<Services, 'auditLog'>) {
      const { actor, authorized } = context;
      const view = await viewPerson(services, context, authorized);
      await services.auditLog.event(
        actor,
        { event: 'helpdesk.person.view', subject: authorized.target.person.id },
        { outcome: 'success' },
      );
      return view;
    },
  },
} satisfies EndpointRows<'searchPeople' | 'getPerson'>;
