import type { Kysely } from 'kysely';
import { OktaError, invalid } from '../wire/errors.ts';
import type { EmulatorContext } from '../context/context.ts';
import { newId } from '../wire/ids.ts';
import { factorsIn } from '../store/factor-rows.ts';
import type { FactorRow, Person, Tables } from '../store/schema.ts';
import { aboutFactor, aboutPerson, emptyCall, personNow, type FactorCall } from './about.ts';
import { getFactor, verifiableRows } from './person-factors.ts';
import type { About, Json, Kind, Verdict } from './kind/kind.ts';
import { NO_MATCH } from './kind/passcode.ts';
import { assertProvable } from './person-state.ts';
import { presentFactor } from './present.ts';
import { kindNamed } from './registry.ts';
import { dropRows, getOutstanding, remember, consume, type Purpose } from './rows.ts';
import { countActivation, countMiss, forgetMisses } from './kind/tries.ts';

type RefusedVerdict = Extract<Verdict, { outcome: 'wrong' | 'consumed' }>;

function refusal(verdict: RefusedVerdict): OktaError {
  return verdict.outcome === 'consumed'
    ? new OktaError('E0000082')
    : new OktaError('E0000068', { causes: [verdict.cause] });
}

/** Commits also after a refusal, to keep the counters. Therefore `work` must return a refusal, not throw it. */
async function counted<T>(emulator: EmulatorContext, work: (tx: Kysely<Tables>) => Promise<T | OktaError>): Promise<T> {
  const result = await emulator.db.transaction().execute(work);
  if (result instanceof OktaError) throw result;
  return result;
}

/** A challenge with `answersOnce` is marked as used before the hook runs. */
async function verifyOnce(input: About, row: FactorRow, purpose: Purpose, hook: Kind['verify']): Promise<Verdict> {
  const { answersOnce } = kindNamed(row.kind);
  const outstanding = await getOutstanding(input, row, purpose);
  if (answersOnce) await consume(input.tx, row.id, purpose);
  const attempt = { ...aboutFactor(input, row), outstanding };
  try {
    return (await hook?.(attempt)) ?? { outcome: 'wrong', cause: NO_MATCH };
  } catch (error) {
    if (!answersOnce || error instanceof OktaError) throw error;
    input.emulator.log.warn(error, 'a proof could not be read');
    return { outcome: 'wrong', cause: NO_MATCH };
  }
}

function changed(
  { now }: About,
  row: FactorRow,
  verdict: Extract<Verdict, { outcome: 'right' }>,
  to: Partial<FactorRow> = {},
): FactorRow {
  return {
    ...row,
    ...to,
    ...(verdict.secret && { secret: verdict.secret.toString('base64url') }),
    accepted_step: verdict.acceptedStep === undefined ? row.accepted_step : verdict.acceptedStep,
    last_verified: now,
    ...(verdict.profile && { profile: JSON.stringify(verdict.profile) }),
    ...(verdict.data && { data: JSON.stringify(verdict.data) }),
  };
}

/** An attempt is counted before it is checked. Throws E0000068 for a wrong code, E0000107 for an active factor. */
export async function activateFactor(
  emulator: EmulatorContext,
  { person: given, factorId, call }: FactorCall,
): Promise<Json> {
  return counted(emulator, async (tx) => {
    const person = await personNow(tx, given);
    assertProvable(person);
    const row = await getFactor(emulator, tx, person, factorId);
    const kind = kindNamed(row.kind);
    if (row.status !== 'PENDING_ACTIVATION' || !kind.activate) throw new OktaError('E0000107');
    const input = aboutPerson(emulator, tx, person, call);
    const { now } = input;
    await countActivation(tx, person, now);
    const verdict = await verifyOnce(input, row, 'activate', kind.activate);
    if (verdict.outcome === 'answered') return verdict.answer;
    if (verdict.outcome !== 'right') return refusal(verdict);
    const renamed = kind.pendingPrefix && { id: newId(emulator.random, kind.idPrefix), created: now };
    const active = changed(input, row, verdict, { status: 'ACTIVE', last_updated: now, ...renamed });
    await dropRows(tx, [row.id]);
    await tx.insertInto('factors').values(active).execute();
    await kind.activated?.(aboutFactor(input, active));
    return presentFactor(emulator, active);
  });
}

/**
 * Without an answer in the body, starts a challenge. `factorId`: an id, or a type if the kind allows it.
 * @throws E0000068 for a wrong code, E0000082 for a used code, E0000069 from the fifth wrong code in a row
 */
export async function verifyFactor(
  emulator: EmulatorContext,
  { person: given, factorId, call }: FactorCall,
): Promise<{ status: 200 | 201; body: Json }> {
  return counted(emulator, async (tx) => {
    const person = await personNow(tx, given);
    assertProvable(person);
    const rows = await verifiableRows(emulator, tx, person, factorId);
    const [row] = rows;
    if (row?.status !== 'ACTIVE') throw invalid('factorVerifyRequest', 'The factor is not active yet.');
    const kind = kindNamed(row.kind);
    const input = aboutPerson(emulator, tx, person, call);
    const verified = kind.answerFields.some((name) => call.body[name] !== undefined && call.body[name] !== null);
    if (kind.challenge && !verified) {
      const { remember: what, answer, status = 200 } = await kind.challenge({ ...aboutFactor(input, row), rows });
      if (what) for (const one of rows) await remember(input, one, 'verify', what);
      return { status, body: answer };
    }
    if (!kind.verify) throw invalid('factorVerifyRequest', 'This factor cannot be verified here.');
    const { refused, answer } = await verifyWith(input, rows);
    return refused ?? { status: 200, body: answer ?? { factorResult: 'SUCCESS' } };
  });
}

/** All factors together are one attempt. Returns the `amr` value, or the refusal. */
export async function verifyAnyCode(
  emulator: EmulatorContext,
  given: Person,
  passCode: string,
): Promise<{ method: 'otp' } | OktaError> {
  return emulator.db.transaction().execute(async (tx) => {
    const person = await personNow(tx, given);
    if (person.status === 'LOCKED_OUT') return new OktaError('E0000069');
    const rows = (await listSignInFactors(tx, person)).filter(({ kind }) => kindNamed(kind).signIn?.kind === 'code');
    const { refused } = await verifyWith(aboutPerson(emulator, tx, person, emptyCall({ passCode })), rows);
    return refused ?? { method: 'otp' };
  });
}

/** The automatic email factor of an Identity Engine org is left out. */
export async function listSignInFactors(db: Kysely<Tables>, person: Person): Promise<FactorRow[]> {
  const rows = await factorsIn(db, person.id).where('status', '=', 'ACTIVE').execute();
  return rows.filter((row) => kindNamed(row.kind).signIn !== undefined);
}

async function verifyWith(input: About, rows: readonly FactorRow[]): Promise<{ refused?: OktaError; answer?: Json }> {
  const { tx, person, now } = input;
  let worst: RefusedVerdict = { outcome: 'wrong', cause: NO_MATCH };
  for (const row of rows) {
    const verdict = await verifyOnce(input, row, 'verify', kindNamed(row.kind).verify);
    if (verdict.outcome === 'answered') return { answer: verdict.answer };
    if (verdict.outcome === 'right') {
      // The automatic email factor has no row, so this update changes nothing for it.
      await tx
        .updateTable('factors')
        .set(changed(input, row, verdict))
        .where('id', '=', row.id)
        .execute();
      for (const one of rows) await consume(tx, one.id, 'verify');
      await forgetMisses(tx, person);
      return { answer: { factorResult: 'SUCCESS', ...verdict.answer } };
    }
    if (worst.outcome === 'wrong') worst = verdict;
  }
  // A used code is not counted as wrong: it came from its owner, whom a double click must not lock.
  if (worst.outcome === 'wrong' && (await countMiss(tx, person, now)) === 'locked')
    return { refused: new OktaError('E0000069') };
  return { refused: refusal(worst) };
}
