import type { Approval, ApprovalEvidence } from '#contract/helpdesk.ts';
import { DAY_MS, type Clock } from '#clock';
import { countWithin } from '../../../../records/audit-log/counts.ts';
import type { Store } from '../../../../platform/store/open.ts';
import type { Approvals } from '../approvals.ts';
import type { KnownNames } from '../../../../identity/users/known-names.ts';
import type { Freezes } from '../../freezes/freezes.ts';
import { createRecentChanges } from '../../search/recent-changes.ts';
import type { AttackSigns } from '../../attack-signs/attack-signs.ts';

export type Evidence = ReturnType<typeof createEvidence>;

/** Reads only the store, because the approvers' pages poll every 5 s. */
export function createEvidence(
  store: Store,
  clock: Clock,
  attackSigns: AttackSigns,
  names: KnownNames,
  approvals: Pick<Approvals, 'endedWithinDay'>,
  freezes: Pick<Freezes, 'of'>,
) {
  const recentChanges = createRecentChanges(store, clock);

  return {
    async of({ agent, person }: Pick<Approval, 'agent' | 'person'>): Promise<ApprovalEvidence> {
      const findName = async (id: string) => (await names.of([id])).get(id)?.name ?? null;
      const [left, changes, resets, asked, ended, freeze] = await Promise.all([
        attackSigns.of(person.id),
        recentChanges.of(person.id, findName),
        recentChanges.listResets(person.id),
        countWithin(store, { kind: 'reset_by', who: agent.id }, clock.now(), DAY_MS),
        approvals.endedWithinDay(person.id),
        freezes.of(person.id),
      ]);
      const people = await names.of(resets.flatMap(({ actor, approver }) => [actor, approver]));
      const getName = (id: string | null) => (id === null ? null : (people.get(id)?.name ?? id));
      return {
        attackSigns: left,
        reported: freeze?.reported ?? [],
        recentChanges: changes,
        resets: resets.map(({ at, actor, approver }) => ({
          at: new Date(at).toISOString(),
          by: getName(actor),
          approver: getName(approver),
        })),
        ended,
        agentResets: asked,
      };
    },
  };
}
