import { addresses } from '#contract/endpoints.ts';
import type { Helpdesk } from '../access/helpdesk.ts';
import { change } from '../../../http/policies.ts';
import { requireHelpdesk, type HelpdeskRows } from '../access/authorize-operation.ts';
import { freezePerson } from './freeze-person.ts';
import { findReported } from './reported.ts';

/** The endpoint with which a person freezes their own methods. */
export const freezeRows = {
  freezeMyself: {
    ...change('user.account.freeze', {
      limit: 'unhindered',
      atOnce: true,
      form: { page: addresses.stolenPhone, path: addresses.freezeMyself, next: addresses.frozen },
    }),
    async handler(
      { person, body, actor, endSession, showFreeze },
      services: Parameters<typeof freezePerson>[0] & Parameters<typeof findReported>[0] & { helpdesk: Helpdesk | null },
    ) {
      // Without a helpdesk nobody could unfreeze the person.
      requireHelpdesk(services);
      const found = await findReported(services, person.id, body);
      const why = found ? (`this was not me: ${found.name}` as const) : 'this was not me';
      await freezePerson(services, actor, person, { why, reported: found?.reported ?? null });
      endSession();
      showFreeze(await services.helpdeskServices.freezes.since(person.id));
      return undefined;
    },
  },
} satisfies HelpdeskRows<'freezeMyself'>;
