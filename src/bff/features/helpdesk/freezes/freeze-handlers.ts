import { addresses } from '#contract/endpoints.ts';
import type { Helpdesk } from '../access/helpdesk.ts';
import { withCookies } from '../../../http/endpoints/endpoint-row.ts';
import { change } from '../../../http/policies.ts';
import { requireHelpdesk, type HelpdeskRows } from '../access/authorize-operation.ts';
import { freezePerson } from './freeze-person.ts';
import { findReported } from './reported.ts';

export const freezeRows = {
  freezeMyself: {
    ...change('user.account.freeze', {
      limit: 'unhindered',
      form: { page: addresses.stolenPhone, path: addresses.freezeMyself, next: addresses.frozen },
    }),
    atOnce: true,
    async handler(
      { person, body, operation },
      services: Parameters<typeof freezePerson>[0] & Parameters<typeof findReported>[0] & { helpdesk: Helpdesk | null },
    ) {
      // Without a helpdesk, nobody could unfreeze the person.
      requireHelpdesk(services);
      const reported = await findReported(services, person.id, body);
      const why = reported ? (`this was not me: ${reported.name}` as const) : 'this was not me';
      await freezePerson(services, operation, person, { why, report: reported?.report ?? null });
      const since = await services.helpdeskServices.freezes.since(person.id);
      return withCookies(undefined, { session: 'ended', frozen: since === null ? null : { since, name: person.name } });
    },
  },
} satisfies HelpdeskRows<'freezeMyself'>;
