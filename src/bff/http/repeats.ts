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

/** How long the result of a request that can renew a session is kept. */
const RESULT_MS = 30_000;
/** How long the key of any other change is known. */
const CLAIM_MS = 24 * 60 * 60_000;

/**
 * Whether the key can hold 128 random bits or more, as hexadecimal digits or base64url. Only the key's randomness keeps
 * strangers from the stored result.
 */
export const isStrongKey = (key: string): boolean => /^[A-Za-z0-9_-]{22,100}$/.test(key);

/** A request with a key, and everything that it asks for. */
export type Keyed = { key: string; name: EndpointName; params: unknown; body: unknown };
/** One whose result is kept, with its cookie. */
export type Repeatable = Keyed & { token: string };

/** A request's result: an answer or a refusal, and the session's new cookie if it got one. */
export type Result = { answer?: unknown; refusal?: { code: ErrorCode; details: ErrorDetails }; token: string | null };

/** Another request claimed the key, in a transaction that ended meanwhile. */
export class AlreadyClaimed extends ApiError {
  constructor() {
    super('conflict');
  }
}

export type Repeats = ReturnType<typeof createRepeats>;

type Parts = { store: Store; clock: Clock; replaced: ReturnType<typeof prepareReplaced> };

const hashKey = (key: string) => sha256(`repeat ${key}`);
// The key makes the hash unguessable: a body may hold the answer to a security question.
const hashRequest = ({ key, name, params, body }: Keyed) =>
  sha256(JSON.stringify(['request', key, name, params, body]));
const createKeySealer = (key: string) => createSealer([`latchkey repeat ${key}`]);
const selectRepeat = ({ store, clock }: Parts, key: string) =>
  store.selectFrom('repeats').where('key_hash', '=', hashKey(key)).where('expires_at', '>', clock.now());

/** Returns the row of an earlier request with this key. Throws `conflict` if it asked for something else. */
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

/** Returns the id of the session whose cookie this was until a request with this key renewed it, or null. */
async function renewedFrom(parts: Parts, token: string, key: string): Promise<string | null> {
  const row = await selectRepeat(parts, key)
    .select('session_id')
    .where('token_hash', '=', sha256(token))
    .where('renewed', '=', 1)
    .executeTakeFirst();
  return row?.session_id ?? null;
}

/**
 * Returns this request's earlier result, or null if the request is new. Only the cookie it came with and the
 * session's current cookie may read it. Throws `conflict` if the key was used for another request or in another
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
 * @param tx the transaction to store it in
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
 * Says what an earlier request with this key did: null if there was none. Throws `conflict` if the key was used for
 * another request, and `outcome_unknown` until the outcome is recorded.
 */
async function findDone(parts: Parts, userId: string, request: Keyed): Promise<{ factorId: string | null } | null> {
  const row = await earlier(parts, userId, request);
  if (!row) return null;
  if (row.outcome === null) throw new ApiError('outcome_unknown');
  return { factorId: row.factor_id };
}

/**
 * Claims a key in the transaction of each intent or event of its request: a kill before the first leaves nothing
 * claimed. The transaction of an outcome notes what was made, or frees the key of a change that did not happen
 * (`audit-log/close-intent.ts`). Throws AlreadyClaimed if another request has.
 * @param requestId no other request has it
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

/** Frees the key of a request that was refused after it had claimed it, unless an outcome is not known. */
async function freeKey({ store }: Parts, userId: string, { key }: Keyed, requestId: string): Promise<void> {
  const claimed = store.deleteFrom('repeats').where('key_hash', '=', hashKey(key)).where('user_id', '=', userId);
  await claimed.where('request_id', '=', requestId).where('outcome', 'is not', null).execute();
}

/** Frees the key of a change that left nothing to use, in the transaction of its outcome: a repeat runs anew. */
const free =
  (intent: number): InTransaction =>
  async (tx) => {
    await tx.deleteFrom('repeats').where('intent', '=', intent).execute();
  };

/** Replaces the id of a factor whose id changed. */
async function follow({ store }: Parts, userId: string, from: string, to: string): Promise<void> {
  await store
    .updateTable('repeats')
    .set({ factor_id: to })
    .where('user_id', '=', userId)
    .where('factor_id', '=', from)
    .execute();
}

/** The browser sent the session's current cookie, so nobody needs the one before it any more. */
async function recordArrival(
  { store, clock, replaced }: Parts,
  { id, token_hash, created_at, verified_at }: Session,
): Promise<void> {
  // Without a step-up, `verified_at` is the sign-in's `auth_time` in whole seconds: the cookie was never renewed.
  if (verified_at < created_at || clock.now() - verified_at > RESULT_MS) return;
  // Reading first keeps the many requests that follow a step-up from queueing for the store's write lock.
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
 * Changes by person and `Idempotency-Key`, so that a repeat of a request at any portal has one effect. The store holds
 * no key: each row has hashes of the key and of the whole request, and a row of the request's intent. Only a request
 * that can renew a session also has its result there, for 30 s, encrypted with the key (why: ADR 0014).
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
