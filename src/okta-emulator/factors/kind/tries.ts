import type { Kysely } from 'kysely';
import { OktaError } from '../../wire/errors.ts';
import type { Person, Tables } from '../../store/schema.ts';

const WINDOW = 5 * 60_000;
const IN_A_WINDOW = 5;
const WRONG_IN_A_ROW = 5;

type CountedTries = 'activation_tries' | 'resend_tries';

async function assertBelowLimit(tx: Kysely<Tables>, table: CountedTries, person: Person, now: number): Promise<void> {
  await tx
    .deleteFrom(table)
    .where('person_id', '=', person.id)
    .where('at', '<=', now - WINDOW)
    .execute();
  const tries = await tx.selectFrom(table).select('at').where('person_id', '=', person.id).orderBy('at').execute();
  const [oldest] = tries;
  if (!oldest || tries.length < IN_A_WINDOW) return;
  throw new OktaError('E0000047', {
    headers: {
      'x-rate-limit-limit': String(IN_A_WINDOW),
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(Math.ceil((oldest.at + WINDOW) / 1000)),
    },
  });
}

/** Five attempts in 5 min, over all factors, right or wrong. Throws 429 E0000047 for the sixth. */
export async function countActivation(tx: Kysely<Tables>, person: Person, now: number): Promise<void> {
  await assertBelowLimit(tx, 'activation_tries', person, now);
  await tx.insertInto('activation_tries').values({ person_id: person.id, at: now }).execute();
}

/** Also refuses if no attempt to activate is left. */
export async function countResend(tx: Kysely<Tables>, person: Person, now: number): Promise<void> {
  await assertBelowLimit(tx, 'activation_tries', person, now);
  await assertBelowLimit(tx, 'resend_tries', person, now);
  await tx.insertInto('resend_tries').values({ person_id: person.id, at: now }).execute();
}

/** The fifth wrong code in a row locks the person. A success, or 5 min without an attempt, starts a new count. */
export async function countMiss(tx: Kysely<Tables>, person: Person, now: number): Promise<'counted' | 'locked'> {
  const row = now - person.missed_at > WINDOW ? 0 : person.misses;
  const misses = row + 1;
  const locked = misses >= WRONG_IN_A_ROW;
  await tx
    .updateTable('people')
    .set({ misses, missed_at: now, ...(locked && { status: 'LOCKED_OUT', status_changed: now, last_updated: now }) })
    .where('id', '=', person.id)
    .execute();
  if (locked) await tx.deleteFrom('sign_in_state').where('account_id', '=', person.id).execute();
  return locked ? 'locked' : 'counted';
}

export async function forgetMisses(tx: Kysely<Tables>, person: Person): Promise<void> {
  if (person.misses > 0)
    await tx.updateTable('people').set({ misses: 0, missed_at: 0 }).where('id', '=', person.id).execute();
}
