import { freeText } from '#contract/audit-log/audit-reasons.ts';
import type { Actor, AuditLog, NewRow, Stop } from '../../../records/audit-log/audit-log.ts';
import { change } from '../../../http/policies.ts';
import { HOUR_MS, type Clock } from '#clock';
import type { HelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { assertFewer } from '../access/counted-limit.ts';
import { personInPath } from '../access/subjects.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { AttackSigns } from './attack-signs.ts';

/** Limited per agent, because a report makes resets of the person need an approver. */
const REPORTS_PER_HOUR = 10;

type AttackSignServices = {
  helpdeskServices: {
    attackSigns: AttackSigns;
    /** Also returns the audit rows about the ended requests. */
    endReported(agent: { id: string }, person: { id: string }, actor: Actor, tx: Store): Promise<NewRow[]>;
  };
  auditLog: AuditLog;
  clock: Clock;
};

export const attackSignRows = {
  reportCall: {
    ...change('helpdesk.call.report', { who: 'staff' }),
    stops: true,
    subject: personInPath,
    operations: () => ['report'],
    async handler(
      context: HelpdeskContext<'reportCall', Stop>,
      { helpdeskServices, auditLog, clock }: AttackSignServices,
    ) {
      const { session, operation, body, authorized } = context;
      const { person } = authorized.target;
      const details = { event: 'helpdesk.call.report', subject: person.id } as const;
      const by = { id: session.user_id, name: session.name };
      let ended: NewRow[] = [];
      await auditLog.event(
        operation,
        details,
        { outcome: 'success', reason: body.signs.length > 0 ? freeText(body.signs.join(', ')) : null },
        async (tx) => {
          await lockPeople(tx, session.user_id, person.id);
          await assertFewer(tx, clock.now(), 'reports_agent', 'report_by', by.id, REPORTS_PER_HOUR, HOUR_MS);
          await helpdeskServices.attackSigns.record(tx, person.id, 'reported', by, body.signs);
          ended = await helpdeskServices.endReported(by, person, operation.actor, tx);
        },
        () => ended,
      );
      return { attackSigns: await helpdeskServices.attackSigns.of(person.id) };
    },
  },
} satisfies HelpdeskRows<'reportCall'>;
