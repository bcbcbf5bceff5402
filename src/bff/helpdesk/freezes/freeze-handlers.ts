import type { Helpdesk } from '../access/helpdesk.ts';
import { change } from '../../http/policies.ts';
import { requireHelpdesk, type HelpdeskRows } from '../access/authorize-operation.ts';
import { freezePerson } from './freeze-person.ts';

/** The endpoint with which a person freezes their own methods. */
export const freezeRows = {
  freezeMyself: {
    ...change('user.account.freeze', { limit: null, withoutOkta: true }),
    async handler(
      { person, actor, endSession },
      services: Parameters<typeof freezePerson>[0] & { helpdesk: Helpdesk | null },
    ) {
      // Without a helpdesk nobody could unfreeze the person.
      requireHelpdesk(services);
      await freezePerson(services, actor, person, 'this was not me');
      endSession();
      return undefined;
    },
  },
} satisfies HelpdeskRows<'freezeMyself'>;
