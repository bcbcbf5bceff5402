import { ApiError, errors, type ErrorCode, type ErrorDetails } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import { DAY_MS, type Clock } from '#clock';
import { prepare, type Value } from '#database/prepared.ts';
import type { Session } from '../identity/sessions/sessions.ts';
import type { Store } from '../platform/store/open.ts';
import { bindParts } from '../platform/bind-parts.ts';
import { upsert } from '../platform/store/upsert.ts';
import type { Claim, InTransaction } from '../records/audit-log/audit-log.ts';
import { createSealer, sha256 } from '../platform/store/secrets.ts';

/** For requests that can renew a session. */
const RESULT_MS = 30_000;
/** For all other changes. */
const CLAIM_MS = DAY_MS;

/**
 * Only the key protects the stored result from strangers, so it needs 128 random bits, as hexadecimal digits or
 * base64url.
 */
export const isStrongKey = (key: string): boolean => /^[A-Za-z0-9_-]{22,100}$/.test(key);

export type Keyed = { key: string; name: EndpointName; params: unknown; body: unknown };
export type Repeatable = Keyed & { token: string };

/** `token`: the session's new cookie. */
export type Result = { answer?: unknown; refusal?: { code: ErrorCode; details: ErrorDetails }; token: string | null };

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

/** Throws `conflict` if the earlier request with this key asked for something else. */
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

/** `token`: the cookie that the earlier request replaced. */
async function renewedFrom(parts: Parts, token: string, key: string): Promise<string | null> {
  const row = await selectRepeat(parts, key)
    .select('session_id')
    .where('token_hash', '=', sha256(token))
    .where('renewed', '=', 1)
    .executeTakeFirst();
  return row?.session_id ?? null;
}

/**
 * Null: the request is new. Only the earlier request's cookie and the session's current cookie may read the result.
 * Throws `conflict` if the key was used in another session or for another request.
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
 * Null: there was no earlier request. Throws `conflict` if the key was used for another request, and `outcome_unknown`
 * while not even `reconcile` finds the outcome.
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
 * The key is claimed in the transaction of an intent or event, so it stays free if nothing was recorded.
 * Throws AlreadyClaimed.
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

/** A key with an unknown outcome stays claimed. */
async function freeKey({ store }: Parts, userId: string, { key }: Keyed, requestId: string): Promise<void> {
  const claimed = store.deleteFrom('repeats').where('key_hash', '=', hashKey(key)).where('user_id', '=', userId);
  await claimed.where('request_id', '=', requestId).where('outcome', 'is not', null).execute();
}

const free =
  (intent: number): InTransaction =>
  async (tx) => {
    await tx.deleteFrom('repeats').where('intent', '=', intent).execute();
  };

/** Okta may change a factor's id. */
async function follow({ store }: Parts, userId: string, from: string, to: string): Promise<void> {
  await store
    .updateTable('repeats')
    .set({ factor_id: to })
    .where('user_id', '=', userId)
    .where('factor_id', '=', from)
    .execute();
}

/** The browser has sent the current cookie, so a repeat with the former cookie is no longer accepted. */
async function recordArrival(
  { store, clock, replaced }: Parts,
  { id, token_hash, created_at, verified_at }: Session,
): Promise<void> {
  // A `verified_at` before `created_at` is the time of the sign-in: no step-up has renewed the cookie.
  if (verified_at < created_at || clock.now() - verified_at > RESULT_MS) return;
  // Reads first, so that the requests after a step-up do not queue for the store's write lock.
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
 * A change that is repeated at any portal with the same `Idempotency-Key` has one effect.
 * The store has only hashes of the key and the request. A result is encrypted with the key (ADR 0014).
 */
export const createRepeats = (store: Store, clock: Clock) => ({
  ...bindParts(
    { store, clock, replaced: prepareReplaced(store) },
    { renewedFrom, find, keep, findDone, claim, freeKey, follow, recordArrival },
  ),
  free,
});

export const pickRefusal = ({ code, details }: ApiError): NonNullable<Result['refusal']> => ({ code, details });

export function resultAgain({ answer, refusal }: Result): unknown {
  if (refusal && Object.hasOwn(errors, refusal.code)) throw new ApiError(refusal.code, refusal.details);
  return answer;
}
