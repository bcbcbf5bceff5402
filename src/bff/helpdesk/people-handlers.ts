import type { Handlers, Rooms } from '../context.ts';
import { atDesk, openDesk } from './at-desk.ts';
import { viewPerson } from './person-view.ts';
import { sortOf } from './query.ts';

/** Finding people, and seeing one. */
export function peopleHandlers(rooms: Rooms): Handlers<'searchPeople' | 'getPerson'> {
  const { audit } = rooms;
  return {
    async searchPeople({ session, actor, query: { q } }) {
      const helpdesk = openDesk(rooms);
      const found = await helpdesk.search(await helpdesk.viewerOf(session.user_id, false), q);
      // What was typed stays out of the trail: it may be a whole number, or a secret pasted into the wrong field.
      const reason = `${sortOf(q)} of ${q.length} characters: ${found.people.length} shown${found.limited ? ', limited' : ''}`;
      await audit.event(actor, { event: 'helpdesk.person.search', subject: null }, { outcome: 'success', reason });
      return found;
    },

    async getPerson(context) {
      const desk = await atDesk(rooms, context, context.params.userId, 'view', false);
      const view = await viewPerson(rooms, context, desk);
      await audit.event(
        context.actor,
        { event: 'helpdesk.person.view', subject: desk.target.person.id },
        { outcome: 'success' },
      );
      return view;
    },
  };
}
