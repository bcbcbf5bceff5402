import type { EmulatorContext } from '../context/context.ts';
import { activationEnd, finishActivation } from '../factors/okta-verify/activation.ts';
import { endPush } from '../factors/okta-verify/push.ts';
import { checkAnswer } from '../factors/okta-verify/transaction.ts';
import { factorsIn } from '../store/factor-rows.ts';
import type { PushTransaction } from '../store/push-transactions.ts';
import type { FactorRow, Person } from '../store/schema.ts';
import { SimulatorError } from './refusal.ts';

type SetUp = { asks: 'enroll'; factorId: string; expiresAt: string };

/** As on a real phone, `numbers` do not show which one is right. */
type Approval = {
  asks: 'approve';
  factorId: string;
  transactionId: string;
  userAgent: string;
  address: string | null;
  numbers: number[];
  at: string;
  expiresAt: string;
};

export type PushEntry = SetUp | Approval;

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

function waitingPushes(emulator: EmulatorContext, person: Person): Promise<PushTransaction[]> {
  return emulator.db
    .selectFrom('push_transactions')
    .innerJoin('factors', 'factors.id', 'push_transactions.factor_id')
    .selectAll('push_transactions')
    .where('factors.person_id', '=', person.id)
    .where('push_transactions.status', '=', 'WAITING')
    .where('push_transactions.expires_at', '>', emulator.clock.now())
    .orderBy('push_transactions.created', 'desc')
    .orderBy('push_transactions.rowid' as never, 'desc')
    .execute();
}

async function pendingSetUps(emulator: EmulatorContext, person: Person): Promise<FactorRow[]> {
  const pending = factorsIn(emulator.db, person.id).where('status', '=', 'PENDING_ACTIVATION');
  const rows = await pending.where('kind', '=', 'push/OKTA').orderBy('last_updated', 'desc').execute();
  return rows.filter((row) => activationEnd(row) > emulator.clock.now());
}

/** Enrollments, then pushes, each newest first. */
export async function listPushes(emulator: EmulatorContext, person: Person): Promise<PushEntry[]> {
  const setUps = (await pendingSetUps(emulator, person)).map((row): SetUp => ({
    asks: 'enroll',
    factorId: row.id,
    expiresAt: iso(activationEnd(row)),
  }));
  const approvals = (await waitingPushes(emulator, person)).map((row): Approval => ({
    asks: 'approve',
    factorId: row.factor_id,
    transactionId: row.id,
    userAgent: row.user_agent,
    address: row.address,
    numbers: JSON.parse(row.choices) as number[],
    at: iso(row.created),
    expiresAt: iso(row.expires_at),
  }));
  return [...setUps, ...approvals];
}

/** Default: the newest pending item. */
export type PushAction = {
  answer: 'enroll' | 'approve' | 'deny';
  factorId?: string;
  transactionId?: string;
  number?: number;
};

export type PushResult = { factorId: string; transactionId?: string; result: 'ACTIVE' | 'SUCCESS' | 'REJECTED' };

/** Throws a SimulatorError (400) that says what is wrong. */
export function readPushAction(given: unknown): PushAction {
  const { answer, factorId, transactionId, number } = (given ?? {}) as Record<string, unknown>;
  if (answer !== 'enroll' && answer !== 'approve' && answer !== 'deny')
    throw new SimulatorError(400, 'answer is enroll, approve or deny');
  for (const id of [factorId, transactionId])
    if (id !== undefined && typeof id !== 'string')
      throw new SimulatorError(400, 'factorId and transactionId are text');
  if (number !== undefined && typeof number !== 'number') throw new SimulatorError(400, 'number is a number');
  return {
    answer,
    factorId: factorId as string | undefined,
    transactionId: transactionId as string | undefined,
    number,
  };
}

async function setUp(emulator: EmulatorContext, person: Person, { factorId }: PushAction): Promise<PushResult> {
  const row = (await pendingSetUps(emulator, person)).find(({ id }) => factorId === undefined || id === factorId);
  if (!row) throw new SimulatorError(404, 'no Okta Verify of this person waits to be set up');
  const finished = await emulator.db
    .transaction()
    .execute((tx) => finishActivation({ emulator, tx, person, now: emulator.clock.now() }, row.id));
  if (!finished) throw new SimulatorError(409, 'the entry was already answered');
  return { factorId: row.id, result: 'ACTIVE' };
}

/** A wrong number denies. Throws a SimulatorError: 404 if nothing is pending, 400 without a number, 409 otherwise. */
export async function answerPush(emulator: EmulatorContext, person: Person, action: PushAction): Promise<PushResult> {
  if (person.status === 'LOCKED_OUT' || person.status === 'DEPROVISIONED')
    throw new SimulatorError(409, 'the org accepts no answer from this person now');
  if (action.answer === 'enroll') return setUp(emulator, person, action);
  const { answer, factorId, transactionId, number } = action;
  const row = (await waitingPushes(emulator, person)).find(
    ({ id, factor_id }) =>
      (transactionId === undefined || id === transactionId) && (factorId === undefined || factor_id === factorId),
  );
  if (!row) throw new SimulatorError(404, 'no push waits for an answer');
  const result = checkAnswer(row, { answer, number });
  if (result === 'unchosen') throw new SimulatorError(400, 'choose one of the numbers');
  if (!(await endPush(emulator, emulator.db, row.id, result)))
    throw new SimulatorError(409, 'the entry was already answered');
  return { factorId: row.factor_id, transactionId: row.id, result };
}
