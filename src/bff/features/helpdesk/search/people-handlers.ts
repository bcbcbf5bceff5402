import type { Helpdesk } from '../access/helpdesk.ts';
import type { AuditLog } from '../../../records/audit-log/audit-log.ts';
import { read } from '../../../http/policies.ts';
import { personInPath } from '../access/subjects.ts';
import { requireHelpdesk, type HelpdeskContext, type HelpdeskRows } from '../access/authorize-operation.ts';
import type { KnownNames } from './known-names.ts';
import { viewPerson, type ViewNeeds } from './person-view.ts';
import type { SearchPeople } from './search.ts';
import { sortOf } from './query.ts';
import { isWatching, READ_AGAIN } from './person-watch.ts';

type Showing = { helpdeskServices: { names: KnownNames } };

/** The endpoints that search for people and show one. */
export const peopleRows = {
  searchPeople: {
    ...read,
    who: 'staff',
    event: 'helpdesk.person.search',
    search: true,
    async handler(
      { session, actor, query: { q } },
      services: { auditLog: AuditLog; helpdesk: Helpdesk | null; searchPeople: SearchPeople },
    ) {
      const helpdesk = requireHelpdesk(services);
      const found = await services.searchPeople(helpdesk, await helpdesk.staffOf(session.user_id, false), q);
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
    async handler(context: HelpdeskContext<'getPerson'>, services: ViewNeeds & Showing & { auditLog: AuditLog }) {
      const { session, actor, authorized, query } = context;
      const { person } = authorized.target;
      const userId = person.id;
      // So that the log's lines about a look, a note or a report name them.
      await services.helpdeskServices.names.note(person);
      const view = await viewPerson(services, context);
      // An open page that reads again was opened before, and its row says so.
      const again = query.token !== undefined && isWatching(services, session.user_id, userId, query.token);
      const outcome = { outcome: 'success', reason: again ? READ_AGAIN : null } as const;
      await services.auditLog.event(actor, { event: 'helpdesk.person.view', subject: userId }, outcome);
      return view;
    },
  },
} satisfies HelpdeskRows<'searchPeople' | 'getPerson'>;
