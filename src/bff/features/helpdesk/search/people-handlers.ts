import { ApiError } from '#contract/errors.ts';
import { freeText } from '#contract/audit-log/audit-reasons.ts';
import type { Helpdesk } from '../access/helpdesk.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';
import type { AuditLog } from '../../../records/audit-log/audit-log.ts';
import type { RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import { readPolicy } from '../../../http/policies.ts';
import { lackingFor } from '../../../identity/step-up/requirement.ts';
import type { OwnMethods } from '../../factors/read-security-methods.ts';
import { personInPath } from '../access/subjects.ts';
import { requireHelpdesk, type HelpdeskContext, type HelpdeskRows } from '../access/authorize-operation.ts';
import type { ResetLimits } from '../reset-model/reset-limits.ts';
import type { KnownNames } from '../../../identity/users/known-names.ts';
import { viewPerson, type ViewServices } from './person-view.ts';
import type { SearchPeople } from './search.ts';
import { getSort } from './query.ts';
import { isWatching } from './person-watch.ts';

type ShowServices = { helpdeskServices: { names: KnownNames } };

type SearchServices = {
  auditLog: AuditLog;
  helpdesk: Helpdesk | null;
  helpdeskServices: { attackSigns: Pick<AttackSigns, 'among'> };
  searchPeople: SearchPeople;
};

export const peopleRows = {
  getOwnStepUp: {
    ...readPolicy,
    who: 'staff',
    async handler(
      { session, securityMethods }: RequestContext<'getOwnStepUp'> & OwnMethods,
      services: { helpdesk: Helpdesk | null; helpdeskServices: { limits: Pick<ResetLimits, 'fewLeft'> } },
    ) {
      const { acr } = requireHelpdesk(services).settings;
      // If Okta does not answer, the page opens without the warning that the agent lacks a method.
      const own = await securityMethods().catch((error: unknown) => {
        if (error instanceof ApiError) return null;
        throw error;
      });
      return {
        limit: await services.helpdeskServices.limits.fewLeft(session.user_id),
        lacks:
          own &&
          lackingFor(
            acr,
            own.methods.flatMap(({ members }) => members),
          ),
      };
    },
  },

  searchPeople: {
    ...readPolicy,
    who: 'staff',
    event: 'helpdesk.person.search',
    search: true,
    async handler({ session, operation, query: { q } }, services: SearchServices) {
      const helpdesk = requireHelpdesk(services);
      const result = await services.searchPeople(helpdesk, await helpdesk.readStaffMember(session.user_id, false), q);
      // The audit log does not get the typed text, which may be a phone number, or a secret pasted into the wrong
      // field.
      const shown = `${result.people.length} shown${result.limited ? ', limited' : ''}`;
      const reason = freeText(`${getSort(q)} of ${q.length} characters: ${shown}`);
      await services.auditLog.event(
        operation,
        { event: 'helpdesk.person.search', subject: null },
        { outcome: 'success', reason },
      );
      const attacked = await services.helpdeskServices.attackSigns.among(result.people.map(({ id }) => id));
      return { ...result, people: result.people.map((one) => ({ ...one, attackSigns: attacked.has(one.id) })) };
    },
  },

  getPerson: {
    ...readPolicy,
    who: 'staff',
    event: 'helpdesk.person.view',
    subject: personInPath,
    operations: () => ['view'],
    async handler(
      context: HelpdeskContext<'getPerson'>,
      services: ViewServices & ShowServices & { auditLog: AuditLog },
    ) {
      const { session, operation, authorized, query } = context;
      const { person } = authorized.target;
      const userId = person.id;
      // The log's pages show the name.
      await services.helpdeskServices.names.record(person);
      const view = await viewPerson(services, context);
      // A page that stays open reads the person repeatedly.
      const again = query.token !== undefined && isWatching(services, session.id, userId, query.token);
      const outcome = { outcome: 'success', reason: again ? 'again' : null } as const;
      await services.auditLog.event(operation, { event: 'helpdesk.person.view', subject: userId }, outcome);
      return view;
    },
  },
} satisfies HelpdeskRows<'getOwnStepUp' | 'searchPeople' | 'getPerson'>;
