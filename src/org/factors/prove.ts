import type { Kysely } from 'kysely';
import { OktaError, invalid, notFound } from '../api/errors.ts';
import type { Context } from '../context.ts';
import type { FactorRow, Person, Tables } from '../store/schema.ts';
import { factorOf } from './held.ts';
import type { Json, Judging, Verdict } from './kind.ts';
import { assertProvable } from './person-state.ts';
import { presentFactor } from './present.ts';
import { kindNamed } from './registry.ts';
import { countActivation, countMiss, forgetMisses } from './tries.ts';

function judging(org: Context, row: FactorRow, body: Json, now: number): Judging {
  const secret = row.sealed === null ? null : org.vault.open(row.sealed, { personId: row.person_id, factorId: row.id });
  return { secret, acceptedStep: row.accepted_step, body, now };
}

/** Reads the person again inside the transaction: what was loaded for the route may be older than another request's effect. */
async function personNow(tx: Kysely<Tables>, person: Person): Promise<Person> {
  const row = await tx.selectFrom('people').selectAll().where('id', '=', person.id).executeTakeFirst();
  if (!row) throw notFound(person.id, 'User');
  return row;
}

function refusal(verdict: Exclude<Verdict, { outcome: 'right' }>): OktaError {
  return verdict.outcome === 'spent' ? new OktaError('E0000082') : new OktaError('E0000068', { causes: [verdict.cause] });
}

/**
 * Runs `work` in one transaction that commits whatever it counted, even when it refuses: a refusal is returned, not thrown.
 */
async function counted<T>(org: Context, work: (tx: Kysely<Tables>) => Promise<T | OktaError>): Promise<T> {
  const result = await org.db.transaction().execute(work);
  if (result instanceof OktaError) throw result;
  return result;
}

/**
 * Turns a pending factor on with a proof. Attempts are counted before they are judged; the code that activates is spent.
 * @returns the factor as it goes over the wire.
 * @throws E0000007; E0000107 when it is on already; E0000068 for a wrong code; 429 E0000047 from the sixth attempt in five minutes;
 *   E0000038 and E0000069 as `assertProvable`.
 */
export async function activateFactor(org: Context, given: Person, factorId: string, body: Json): Promise<Json> {
  return counted(org, async (tx) => {
    const person = await personNow(tx, given);
    assertProvable(person);
    const row = await factorOf(org, tx, person, factorId);
    const { activate } = kindNamed(row.kind);
    if (row.status !== 'PENDING_ACTIVATION' || !activate) throw new OktaError('E0000107');
    const now = org.clock.now();
    await countActivation(tx, person, now);
    const verdict = activate(judging(org, row, body, now));
    if (verdict.outcome !== 'right') return refusal(verdict);
    const active: FactorRow = { ...row, status: 'ACTIVE', accepted_step: verdict.acceptedStep, last_updated: now };
    await tx
      .updateTable('factors')
      .set({ status: active.status, accepted_step: active.accepted_step, last_updated: now })
      .where('id', '=', row.id)
      .execute();
    return presentFactor(org, active);
  });
}

/**
 * Checks a proof with a factor that is on.
 * @returns `{"factorResult":"SUCCESS"}`.
 * @throws E0000007; E0000001 while it is pending; E0000068 for a wrong code; E0000082 for one that was used; E0000069 for the fifth
 *   wrong one in a row, and from then on.
 */
export async function verifyFactor(org: Context, given: Person, factorId: string, body: Json): Promise<Json> {
  return counted(org, async (tx) => {
    const person = await personNow(tx, given);
    assertProvable(person);
    const row = await factorOf(org, tx, person, factorId);
    if (row.status !== 'ACTIVE') throw invalid('factorVerifyRequest', 'The factor is not active yet.');
    if (!kindNamed(row.kind).verify) throw invalid('factorVerifyRequest', 'This factor cannot be verified here.');
    const { refused } = await proveWith(org, tx, person, [row], body);
    return refused ?? { factorResult: 'SUCCESS' };
  });
}

/**
 * Checks a code typed at the org's own sign-in page against any factor of the person that takes one there. It is one attempt,
 * however many factors there are, counted with those made through the API.
 * @returns what went into `amr`, or the refusal as `verifyFactor` would have thrown it.
 */
export async function verifyAnyCode(org: Context, given: Person, passCode: string): Promise<{ method: 'otp' } | OktaError> {
  return org.db.transaction().execute(async (tx) => {
    const person = await personNow(tx, given);
    if (person.status === 'LOCKED_OUT') return new OktaError('E0000069');
    const rows = await codeFactorsOf(tx, person);
    const { refused } = await proveWith(org, tx, person, rows, { passCode });
    return refused ?? { method: 'otp' };
  });
}

/** The person's active factors whose code can be typed at sign-in. */
export async function codeFactorsOf(db: Kysely<Tables>, person: Person): Promise<FactorRow[]> {
  const rows = await db.selectFrom('factors').selectAll().where('person_id', '=', person.id).where('status', '=', 'ACTIVE').execute();
  return rows.filter((row) => kindNamed(row.kind).signInMethod !== undefined);
}

async function proveWith(org: Context, tx: Kysely<Tables>, person: Person, rows: FactorRow[], body: Json): Promise<{ refused?: OktaError }> {
  const now = org.clock.now();
  let worst: Exclude<Verdict, { outcome: 'right' }> = { outcome: 'wrong', cause: "Your passcode doesn't match our records. Please try again." };
  for (const row of rows) {
    const verdict = kindNamed(row.kind).verify?.(judging(org, row, body, now));
    if (!verdict) continue;
    if (verdict.outcome === 'right') {
      await tx.updateTable('factors').set({ accepted_step: verdict.acceptedStep }).where('id', '=', row.id).execute();
      await forgetMisses(tx, person);
      return {};
    }
    if (worst.outcome === 'wrong') worst = verdict;
  }
  // A used code was somebody's own: a double click must not lock its owner out, and it tells a guesser nothing.
  if (worst.outcome === 'wrong' && (await countMiss(tx, person, now)) === 'locked') return { refused: new OktaError('E0000069') };
  return { refused: refusal(worst) };
}
