import { isIP } from 'node:net';
import type { Kysely } from 'kysely';
import { OktaError, invalid, notFound } from '../../wire/errors.ts';
import type { EmulatorContext } from '../../context/context.ts';
import { wireDate } from '../../wire/ids.ts';
import type { PushTransaction } from '../../store/push-transactions.ts';
import type { FactorRow, Tables } from '../../store/schema.ts';
import type { Challenged, Json, OnFactor } from '../kind/kind.ts';
import { challengeLinks, link } from '../kind/link.ts';
import { newTransaction, stateAt } from './transaction.ts';

/** How long a finished push can be polled, in ms. */
const REMEMBERED = 24 * 60 * 60 * 1000;

/** The emulator's callers are on the same machine, so the header is trusted. */
function getAddress(forwardedFor = ''): string | null {
  const first = forwardedFor.split(',')[0]?.trim() ?? '';
  return isIP(first) ? first : null;
}

function present(input: OnFactor, push: PushTransaction): Json {
  const { row: factor, now, below } = input;
  const factorResult = stateAt(push, now);
  if (factorResult === 'SUCCESS') return { factorResult };
  const profile: unknown = JSON.parse(factor.profile);
  if (factorResult !== 'WAITING') return { factorResult, profile, _links: challengeLinks(input) };
  const transaction = below(`/transactions/${push.id}`);
  return {
    factorResult,
    profile,
    expiresAt: wireDate(push.expires_at),
    _links: { cancel: link(transaction, 'DELETE'), poll: link(transaction, 'GET') },
    ...(push.answer !== null && { _embedded: { challenge: { correctAnswer: push.answer } } }),
  };
}

/** @throws E0000001 without a `User-Agent`, which Okta requires because the phone shows it */
export async function sendPush(input: OnFactor): Promise<Challenged> {
  const { emulator, tx, row: factor, now, body, headers } = input;
  const userAgent = headers.userAgent?.trim();
  if (!userAgent) throw invalid('factorVerifyRequest', 'A push needs the User-Agent header.');
  await tx
    .deleteFrom('push_transactions')
    .where('factor_id', '=', factor.id)
    .where('expires_at', '<=', now - REMEMBERED)
    .execute();
  const numberMatching = body.useNumberMatchingChallenge === true;
  const asking = { factorId: factor.id, numberMatching, userAgent, address: getAddress(headers.forwardedFor) };
  const push = newTransaction(emulator.random, asking, now);
  await tx.insertInto('push_transactions').values(push).execute();
  return { status: 201, answer: present(input, push) };
}

/** @throws E0000007, also for another factor's push */
async function findPush(tx: Kysely<Tables>, factor: FactorRow, id: string): Promise<PushTransaction> {
  const push = await tx
    .selectFrom('push_transactions')
    .selectAll()
    .where('id', '=', id)
    .where('factor_id', '=', factor.id)
    .executeTakeFirst();
  if (!push) throw notFound(id, 'FactorTransaction');
  return push;
}

type OfPush = OnFactor & { transactionId: string };

export async function pushStatus(input: OfPush): Promise<Json> {
  return present(input, await findPush(input.tx, input.row, input.transactionId));
}

type EndedPush = Exclude<PushTransaction['status'], 'WAITING'>;

/** False if the push has already ended. */
export async function endPush(
  { clock }: Pick<EmulatorContext, 'clock'>,
  db: Kysely<Tables>,
  id: string,
  status: EndedPush,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('push_transactions')
    .set({ status })
    .where('id', '=', id)
    .where('status', '=', 'WAITING')
    .where('expires_at', '>', clock.now())
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** @throws E0000107 if the push has already ended */
export async function cancelPush({ emulator, tx, row, transactionId }: OfPush): Promise<void> {
  await findPush(tx, row, transactionId);
  if (!(await endPush(emulator, tx, transactionId, 'CANCELLED'))) throw new OktaError('E0000107');
}
