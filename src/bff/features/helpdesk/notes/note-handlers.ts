import type { PersonNote } from '#contract/helpdesk.ts';
import type { AuditLog } from '../../../records/audit-log/audit-log.ts';
import { change } from '../../../http/policies.ts';
import type { HelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { personInPath } from '../access/subjects.ts';
import { assertNoneFrozen } from '../../../identity/users/assert-none-frozen.ts';
import type { PersonNotes } from './person-notes.ts';

type Needs = { helpdeskServices: { notes: PersonNotes }; auditLog: AuditLog };

/** The endpoint with which an agent leaves a note for the next one. The log has its reason, and never its text. */
export const noteRows = {
  addNote: {
    ...change('helpdesk.note.add', { who: 'staff' }),
    subject: personInPath,
    operations: () => ['note'],
    async handler(context: HelpdeskContext<'addNote'>, { helpdeskServices, auditLog }: Needs): Promise<PersonNote> {
      const { session, actor, body, authorized } = context;
      const { person } = authorized.target;
      const by = { id: session.user_id, name: session.name };
      const about = { event: 'helpdesk.note.add', subject: person.id } as const;
      let note: PersonNote | undefined;
      await auditLog.event(actor, about, { outcome: 'success', reason: body.reason }, async (tx) => {
        await assertNoneFrozen(tx, [session.user_id]);
        note = await helpdeskServices.notes.add(tx, person.id, by, body);
      });
      return note!;
    },
  },
} satisfies HelpdeskRows<'addNote'>;
