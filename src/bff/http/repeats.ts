import { ApiError, errors, type ErrorCode, type ErrorDetails } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import type { Clock } from '#clock';
import { prepare, type Value } from '#database/prepared.ts';
import type { Session } from '../identity/sessions/sessions.ts';
import type { Store } from '../platform/store/open.ts';
import { bindParts } from '../platform/bind-parts.ts';
import { upsert } from '../platform/store/upsert.ts';
import type { Claim, InTransaction } from '../records/audit-log/audit-log.ts';
import { createSealer, sha256 } from '../platform/store/secrets.ts';

/** How long the result of a request that can renew a session is kept, in ms. */
const RESULT_MS = 30_000;
/** How long the key of any other change is kept, in ms. */
const CLAIM_MS = 24 * 60 * 60_000;

/**
 * Whether the key can hold 128 random bits or more, as hexadecimal digits or base64url. Only the key's randomness
 * protects the stored result from strangers.
 */
export const isStrongKey = (key: string): boolean => /^[A-Za-z0-9_-]{22,100}$/.test(key);

/** A request with an `Idempotency-Key`, and its input. */
export type Keyed = { key: string; name: EndpointName; params: unknown; body: unknown };
/** A request whose result is kept; `token` is its session cookie. */
export type Repeatable = Keyed & { token: string };

/** A request's result: an answer or a refusal, and the session's new cookie, if any. */
export type Result = { answer?: unknown; refusal?: { code: ErrorCode; details: ErrorDetails }; token: string | null };

/** Thrown if another request claimed the key first. */
export class AlreadyClaimed extends ApiError {
  constructor() {
    super('conflict');
  }
}

export type Repeats = ReturnType<typeof createRepeats>;

type Parts = { store: Store; clock: Clock; replaced: ReturnType<typeof prepareReplaced> };

const hashKey = (key: string) => sha256(`repeat ${key}`);
// Without the random key in the hash, a reader of the store could guess a security answer in the body.
const hashRequest = ({ key, name, params, body }: Keyed) =>
  sha256(JSON.stringify(['request', key, name, params, body]));
const createKeySealer = (key: string) => createSealer([`latchkey repeat ${key}`]);
const selectRepeat = ({ store, clock }: Parts, key: string) =>
  store.selectFrom('repeats').where('key_hash', '=', hashKey(key)).where('expires_at', '>', clock.now());

/**
 * Returns the row of an earlier request with this key. Throws `conflict` if the earlier request asked for something
 * else.
 */
async function earlier(parts: Parts, userId: string, request: Keyed) {
  const row = await selectRepeat(parts, request.key).selectAll().where('user_id', '=', userId).executeTakeFirst();
  if (row && row.request_hash !== hashRequest(request)) throw new ApiError('conflict');
  return row;
}

const prepareReplaced = (store: Store) =>
  prepare(store, (value: Value<{ id: string; tokenHash: string }>) =>
    store
      .selectFrom('repeats')
      .select('key_hash')
      .where('session_id', '=', value('id'))
      .where('renewed', '=', 1)
      .where('token_hash', '!=', value('tokenHash')),
  );

/**
 * Returns the id of the session whose cookie a request with this key replaced, or null. `token` is the former cookie.
 */
async function renewedFrom(parts: Parts, token: string, key: string): Promise<string | null> {
  const row = await selectRepeat(parts, key)
    .select('session_id')
    .where('token_hash', '=', sha256(token))
    .where('renewed', '=', 1)
    .executeTakeFirst();
  return row?.session_id ?? null;
}

/**
 * Returns this request's earlier result, or null if the request is new. Only the earlier request's cookie and the
 * session's current cookie may read the result. Throws `conflict` if the key was used for another request or in another
 * session.
 */
async function find(parts: Parts, session: Session, request: Repeatable): Promise<Result | null> {
  const { key, token } = request;
  const row = await earlier(parts, session.user_id, request);
  if (!row) return null;
  if (row.session_id !== session.id) throw new ApiError('conflict');
  if (row.sealed === null || (row.token_hash !== sha256(token) && session.token_hash !== sha256(token))) return null;
  const opened = createKeySealer(key).open(row.sealed, row.request_hash);
  return opened === null ? null : (JSON.parse(opened) as Result);
}

/**
 * Stores a request's result.
 * @param tx the transaction that stores the result
 */
async function keep(
  { store, clock }: Parts,
  session: Session,
  request: Repeatable,
  result: Result,
  tx: Store = store,
): Promise<void> {
  const now = clock.now();
  const request_hash = hashRequest(request);
  const row = {
    user_id: session.user_id,
    key_hash: hashKey(request.key),
    request_hash,
    session_id: session.id,
    token_hash: sha256(request.token),
    sealed: createKeySealer(request.key).seal(JSON.stringify(result), request_hash),
    renewed: Number(result.token !== null),
    expires_at: now + RESULT_MS,
  };
  await upsert(tx, 'repeats', ['key_hash', 'user_id'], row);
}

/**
 * Returns what an earlier request with this key did, or null without one. Throws `conflict` if the key was used for
 * another request, and `outcome_unknown` until the outcome is recorded.
 * @param reconcile finds the outcome, if the earlier request was lost
 */
async function findDone(parts: Parts, userId: string, request: Keyed, reconcile: () => Promise<void>) {
  const find = () => earlier(parts, userId, request);
  let row = await find();
  if (row?.outcome === null) row = await reconcile().then(find);
  if (!row) return null;
  if (row.outcome === null) throw new ApiError('outcome_unknown');
  return { factorId: row.factor_id };
}

/**
 * Returns a function that claims the key in the transaction of each intent or event of the request. If the process ends
 * before the first of these transactions, the key stays free. The outcome's transaction stores the new factor's id, or
 * frees the key if the change did not happen (`audit-log/close-intent.ts`). Throws AlreadyClaimed if another request
 * has claimed the key.
 * @param requestId unique to this request
 */
function claim({ clock }: Parts, userId: string, request: Keyed, requestId: string): Claim {
  return async (tx, intent) => {
    const now = clock.now();
    const row = {
      ...{ user_id: userId, key_hash: hashKey(request.key), request_hash: hashRequest(request), request_id: requestId },
      ...{ intent, outcome: intent === null ? ('success' as const) : null, expires_at: now + CLAIM_MS },
    };
    const claimed = await tx
      .insertInto('repeats')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['key_hash', 'user_id'])
          .doUpdateSet(row)
          .where(({ eb, or }) => or([eb('repeats.request_id', '=', requestId), eb('repeats.expires_at', '<=', now)])),
      )
      .executeTakeFirst();
    if (!claimed.numInsertedOrUpdatedRows) throw new AlreadyClaimed();
  };
}

/**
 * Frees the key of a request that was refused after it claimed the key. A key with an unknown outcome stays claimed.
 */
async function freeKey({ store }: Parts, userId: string, { key }: Keyed, requestId: string): Promise<void> {
  const claimed = store.deleteFrom('repeats').where('key_hash', '=', hashKey(key)).where('user_id', '=', userId);
  await claimed.where('request_id', '=', requestId).where('outcome', 'is not', null).execute();
}

/** Frees the key of a change that did not happen, in the transaction of its outcome. A repeat then runs again. */
const free =
  (intent: number): InTransaction =>
  async (tx) => {
    await tx.deleteFrom('repeats').where('intent', '=', intent).execute();
  };

/** Replaces a factor's id after it changed at Okta. */
async function follow({ store }: Parts, userId: string, from: string, to: string): Promise<void> {
  await store
    .updateTable('repeats')
    .set({ factor_id: to })
    .where('user_id', '=', userId)
    .where('factor_id', '=', from)
    .execute();
}

/** No longer accepts the session's former cookie for a repeat, because the browser sent the current cookie. */
async function recordArrival(
  { store, clock, replaced }: Parts,
  { id, token_hash, created_at, verified_at }: Session,
): Promise<void> {
  // A `verified_at` before `created_at` is the time of the sign-in: no step-up has renewed the cookie.
  if (verified_at < created_at || clock.now() - verified_at > RESULT_MS) return;
  // Reads first: otherwise the many requests after a step-up queue for the store's write lock.
  if ((await replaced({ id, tokenHash: token_hash })).length === 0) return;
  await store
    .updateTable('repeats')
    .set({ renewed: 0 })
    .where('session_id', '=', id)
    .where('renewed', '=', 1)
    .where('token_hash', '!=', token_hash)
    .execute();
}

/**
 * Remembers changes by person and `Idempotency-Key`: a request that is repeated at any portal has one effect. The keys
 * themselves are not stored. A row has hashes of the key and of the whole request, and the number of the request's
 * intent. A request that can renew a session also has its result in the row, for 30 s, encrypted with the key (why: ADR
 * 0014).
 */
export const createRepeats = (store: Store, clock: Clock) => ({
  ...bindParts(
    { store, clock, replaced: prepareReplaced(store) },
    { renewedFrom, find, keep, findDone, claim, freeKey, follow, recordArrival },
  ),
  free,
});

export const pickRefusal = ({ code, details }: ApiError): NonNullable<Result['refusal']> => ({ code, details });

/** Returns a stored result's answer, or throws its refusal. */
export function resultAgain({ answer, refusal }: Result): unknown {
  if (refusal && Object.hasOwn(errors, refusal.code)) throw new ApiError(refusal.code, refusal.details);
  return answer;
}
