import { ApiError, errorStatus, type ErrorCode, type ErrorDetails } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import type { Clock } from '#clock';
import { prepare, type Value } from '#database/prepared.ts';
import { deleteUntil } from '#database/row-locks.ts';
import type { Session } from '../identity/sessions/sessions.ts';
import type { Store } from '../platform/store/open.ts';
import { upsert } from '../platform/store/upsert.ts';
import { createSealer, hashOf } from '../platform/store/secrets.ts';

const REPEAT_MS = 30_000;

/**
 * Whether the key can hold 128 random bits or more, as hexadecimal digits or base64url. Only the key's randomness keeps
 * strangers from the stored result.
 */
export const isStrongKey = (key: string): boolean => /^[A-Za-z0-9_-]{22,100}$/.test(key);

/** A repeatable request: its cookie, its key, and everything that it asks for. */
export type Repeatable = { token: string; key: string; name: EndpointName; params: unknown; body: unknown };

/** A request's result: an answer or a refusal, and the session's new cookie if it got one. */
export type Result = { answer?: unknown; refusal?: { code: ErrorCode; details: ErrorDetails }; token: string | null };

export type Repeats = ReturnType<typeof createRepeats>;

/**
 * Keeps for 30 s the results of requests that can renew a session, for a browser that repeats the same request because
 * the answer was lost. The store holds no cookie: the request's key, which is not stored either, encrypts each record
 * (why: ADR 0014).
 */
export function createRepeats(store: Store, clock: Clock) {
  const idOf = (key: string) => hashOf(`repeat ${key}`);
  // The key makes the hash unguessable: a body may hold the answer to a security question.
  const requestOf = ({ key, name, params, body }: Repeatable) =>
    hashOf(JSON.stringify(['request', key, name, params, body]));
  const sealerOf = (key: string) => createSealer([`latchkey repeat ${key}`]);
  const known = (key: string) =>
    store.selectFrom('repeats').where('key_hash', '=', idOf(key)).where('expires_at', '>', clock.now());

  const replaced = prepare(store, (value: Value<{ id: string; tokenHash: string }>) =>
    store
      .selectFrom('repeats')
      .select('key_hash')
      .where('session_id', '=', value('id'))
      .where('renewed', '=', 1)
      .where('token_hash', '!=', value('tokenHash')),
  );

  return {
    /** Returns the id of the session whose cookie this was until a request with this key renewed it, or null. */
    async renewedFrom(token: string, key: string): Promise<string | null> {
      const row = await known(key)
        .select('session_id')
        .where('token_hash', '=', hashOf(token))
        .where('renewed', '=', 1)
        .executeTakeFirst();
      return row?.session_id ?? null;
    },

    /**
     * Returns this request's earlier result, or null if the request is new. Only the cookie it came with and the
     * session's current cookie may read it. Throws `bad_request` if the key was used for another request.
     */
    async find(session: Session, request: Repeatable): Promise<Result | null> {
      const { key, token } = request;
      const row = await known(key).selectAll().where('session_id', '=', session.id).executeTakeFirst();
      if (!row || (row.token_hash !== hashOf(token) && session.token_hash !== hashOf(token))) return null;
      if (row.request_hash !== requestOf(request)) throw new ApiError('bad_request');
      const opened = sealerOf(key).open(row.sealed, row.request_hash);
      return opened === null ? null : (JSON.parse(opened) as Result);
    },

    /**
     * Stores a request's result.
     * @param step the transaction to store it in
     */
    async keep(session: Session, request: Repeatable, result: Result, step: Store = store): Promise<void> {
      const now = clock.now();
      const request_hash = requestOf(request);
      const row = {
        session_id: session.id,
        key_hash: idOf(request.key),
        token_hash: hashOf(request.token),
        request_hash,
        sealed: sealerOf(request.key).seal(JSON.stringify(result), request_hash),
        renewed: Number(result.token !== null),
        expires_at: now + REPEAT_MS,
      };
      await deleteUntil(step, 'repeats', 'expires_at', now);
      await upsert(step, 'repeats', ['session_id', 'key_hash'], row);
    },

    /** The browser sent the session's current cookie, so nobody needs the one before it any more. */
    async noteArrival({ id, token_hash, created_at, verified_at }: Session): Promise<void> {
      // A session that only signed in has `auth_time` there, in whole seconds: its cookie was never renewed.
      if (verified_at < created_at || clock.now() - verified_at > REPEAT_MS) return;
      // Reading first keeps the many requests that follow a step-up from queueing for the store's write lock.
      if ((await replaced({ id, tokenHash: token_hash })).length === 0) return;
      await store
        .updateTable('repeats')
        .set({ renewed: 0 })
        .where('session_id', '=', id)
        .where('renewed', '=', 1)
        .where('token_hash', '!=', token_hash)
        .execute();
    },

    /** Deletes expired records. */
    async prune(): Promise<void> {
      await deleteUntil(store, 'repeats', 'expires_at', clock.now());
    },
  };
}

export const refusalOf = ({ code, details }: ApiError): NonNullable<Result['refusal']> => ({ code, details });

/** Returns a stored result's answer, or throws its refusal. */
export function resultAgain({ answer, refusal }: Result): unknown {
  if (refusal && Object.hasOwn(errorStatus, refusal.code)) throw new ApiError(refusal.code, refusal.details);
  return answer;
}
