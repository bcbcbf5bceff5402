import type { Context } from '../context.ts';
import { activationEnd, finishActivation } from '../factors/okta-verify/activation.ts';
import { settlePush } from '../factors/okta-verify/push.ts';
import { judgeAnswer } from '../factors/okta-verify/transaction.ts';
import type { PushTransaction } from '../store/push-transactions.ts';
import type { FactorRow, Person } from '../store/schema.ts';
import { DeskError } from './refusal.ts';

/** An Okta Verify that is being set up: its QR code or link is ready to be used until `expiresAt`. */
type SetUp = { asks: 'enroll'; factorId: string; expiresAt: string };

/**
 * A push on somebody's phone. It shows who asks, and with number matching three numbers to choose from, never which is
 * right.
 */
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

/** What Okta Verify on a person's phone shows now. */
export type PushEntry = SetUp | Approval;

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

function pushFactors(org: Context, person: Person, status: FactorRow['status']): Promise<FactorRow[]> {
  return org.db
    .selectFrom('factors')
    .selectAll()
    .where('person_id', '=', person.id)
    .where('kind', '=', 'push/OKTA')
    .where('status', '=', status)
    .orderBy('last_updated', 'desc')
    .execute();
}

function waitingPushes(org: Context, person: Person): Promise<PushTransaction[]> {
  return org.db
    .selectFrom('push_transactions')
    .innerJoin('factors', 'factors.id', 'push_transactions.factor_id')
    .selectAll('push_transactions')
    .where('factors.person_id', '=', person.id)
    .where('push_transactions.status', '=', 'WAITING')
    .where('push_transactions.expires_at', '>', org.clock.now())
    .orderBy('push_transactions.created', 'desc')
    .orderBy('push_transactions.rowid' as never, 'desc')
    .execute();
}

async function pendingSetUps(org: Context, person: Person): Promise<FactorRow[]> {
  const rows = await pushFactors(org, person, 'PENDING_ACTIVATION');
  return rows.filter((row) => activationEnd(row) > org.clock.now());
}

/** Everything that waits for a person's Okta Verify: set-ups first, then pushes, each newest first. */
export async function pushesOf(org: Context, person: Person): Promise<PushEntry[]> {
  const setUps = (await pendingSetUps(org, person)).map((row): SetUp => ({
    asks: 'enroll',
    factorId: row.id,
    expiresAt: iso(activationEnd(row)),
  }));
  const approvals = (await waitingPushes(org, person)).map((row): Approval => ({
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

/** What the desk is asked to do: names in it narrow down which one is meant, else it is the newest that waits. */
export type PushOrder = {
  answer: 'enroll' | 'approve' | 'deny';
  factorId?: string;
  transactionId?: string;
  number?: number;
};

export type PushResult = { factorId: string; transactionId?: string; result: 'ACTIVE' | 'SUCCESS' | 'REJECTED' };

/** Reads an order. Throws a DeskError (400) that says what is wrong with it. */
export function readPushOrder(given: unknown): PushOrder {
  const { answer, factorId, transactionId, number } = (given ?? {}) as Record<string, unknown>;
  if (answer !== 'enroll' && answer !== 'approve' && answer !== 'deny')
    throw new DeskError(400, 'answer is enroll, approve or deny');
  for (const id of [factorId, transactionId])
    if (id !== undefined && typeof id !== 'string') throw new DeskError(400, 'factorId and transactionId are text');
  if (number !== undefined && typeof number !== 'number') throw new DeskError(400, 'number is a number');
  return {
    answer,
    factorId: factorId as string | undefined,
    transactionId: transactionId as string | undefined,
    number,
  };
}

async function setUp(org: Context, person: Person, { factorId }: PushOrder): Promise<PushResult> {
  const row = (await pendingSetUps(org, person)).find(({ id }) => factorId === undefined || id === factorId);
  if (!row) throw new DeskError(404, 'no Okta Verify of this person waits to be set up');
  const finished = await org.db
    .transaction()
    .execute((tx) => finishActivation({ org, tx, person, now: org.clock.now() }, row.id));
  if (!finished) throw new DeskError(409, 'somebody was quicker');
  return { factorId: row.id, result: 'ACTIVE' };
}

/**
 * Acts as the person's phone: finishes setting Okta Verify up, approves or denies. The wrong number denies.
 * @throws a DeskError: 404 when nothing like it waits, 400 when a number must be chosen and none was, 409 when the push
 * was settled in
 *   the meantime or the org takes nothing from this person now.
 */
export async function answerPush(org: Context, person: Person, order: PushOrder): Promise<PushResult> {
  if (person.status === 'LOCKED_OUT' || person.status === 'DEPROVISIONED')
    throw new DeskError(409, 'the org takes no answer from this person now');
  if (order.answer === 'enroll') return setUp(org, person, order);
  const { answer, factorId, transactionId, number } = order;
  const row = (await waitingPushes(org, person)).find(
    ({ id, factor_id }) =>
      (transactionId === undefined || id === transactionId) && (factorId === undefined || factor_id === factorId),
  );
  if (!row) throw new DeskError(404, 'no push waits for an answer');
  const result = judgeAnswer(row, { answer, number });
  if (result === 'unchosen') throw new DeskError(400, 'choose one of the numbers');
  if (!(await settlePush(org, org.db, row.id, result))) throw new DeskError(409, 'somebody was quicker');
  return { factorId: row.factor_id, transactionId: row.id, result };
}
