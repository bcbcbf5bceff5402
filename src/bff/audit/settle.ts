import { ApiError } from '#contract/errors.ts';
import type { Rooms } from '../context.ts';
import { owedNotice } from '../factors/change-handlers.ts';
import { findHeld, heldOf } from '../factors/held.ts';
import type { Held } from '../factors/held.ts';
import { kinds } from '../factors/kinds.ts';
import type { AuditRow, Outcome } from './audit.ts';

/** After this long nobody will find out any more. */
const GIVE_UP_MS = 24 * 60 * 60_000;

type Verdict = Outcome & { tell?: 'added' | 'removed' };

/** What the org's list says became of an intent. */
function verdictOf(intent: AuditRow, held: readonly Held[]): Verdict {
  const target = intent.factor_id ? findHeld(held, intent.factor_id) : undefined;
  switch (intent.event) {
    case 'user.mfa.factor.enroll': {
      // Beginning again keeps the id and the day it was first begun: then it is the last change that tells.
      const isOurs = ({ status, created, lastUpdated }: Held['members'][number]) =>
        status === 'PENDING_ACTIVATION' && [created, lastUpdated].some((moment) => moment !== null && Date.parse(moment) >= intent.at - 2000);
      const begun = held.filter(({ kind }) => kind === intent.kind).flatMap(({ members }) => members).find(isOurs);
      return begun ? { outcome: 'success', factorId: begun.id } : { outcome: 'failure' };
    }
    case 'user.mfa.factor.activate': {
      // One member of a family may be on while this one is not.
      const member = target?.members.find(({ id }) => id === intent.factor_id);
      return member && member.status !== 'PENDING_ACTIVATION' ? { outcome: 'success', tell: 'added' } : { outcome: 'failure' };
    }
    case 'user.mfa.factor.deactivate':
      return target ? { outcome: 'failure' } : { outcome: 'success', tell: 'removed' };
    default:
      return { outcome: 'unknown' };
  }
}

/**
 * Finds out what became of changes whose outcome was never written (the process ended, the answer was lost), by reading, never by
 * repeating. Each gets exactly one outcome, and the notice it owes with it.
 * @param graceMs how long a call may still be under way at an org that outlived us.
 */
export async function settleOpenIntents(rooms: Rooms, graceMs: number): Promise<number> {
  const { audit, clock } = rooms;
  let settled = 0;
  for (const intent of await audit.open(clock.now() - graceMs)) {
    const userId = intent.subject;
    let verdict: Verdict = { outcome: 'unknown' };
    let owed;
    if (userId) {
      try {
        const person = await rooms.people.read(userId);
        const list = await rooms.factorsOf(userId, { requestId: 'settle' }).list();
        verdict = verdictOf(intent, heldOf(list, await rooms.engine(), person.email));
        const name = kinds[intent.kind as keyof typeof kinds]?.name ?? 'A method';
        if (verdict.tell) owed = owedNotice(rooms, verdict.tell, person, name, intent.agent ?? '');
      } catch (error) {
        const gone = error instanceof ApiError && (error.code === 'signed_out' || error.code === 'not_found');
        if (!gone && clock.now() - intent.at < GIVE_UP_MS) continue;
        verdict = { outcome: 'unknown' };
      }
    }
    if (await audit.settle(intent, verdict, owed)) settled += 1;
  }
  if (settled) void rooms.outbox.flush();
  return settled;
}
