import { ApiError, errorStatus } from '#contract/errors.ts';
import type { ErrorCode, ErrorDetails } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import type { Clock } from '#clock';
import type { Session } from '../../sessions/sessions.ts';
import type { Store } from '../../store/open.ts';
import { createSealer, hashOf } from '../../store/secrets.ts';

const REPEAT_MS = 30_000;

/**
 * 128 random bits or more, as hexadecimal digits or base64url: nothing else keeps a stranger from asking, or the store
 * from telling.
 */
export const isStrongKey = (key: string): boolean => /^[A-Za-z0-9_-]{22,100}$/.test(key);

/** A request that may be sent again: with which cookie it came, by which key it is known, and all that it asks for. */
export type Repeatable = { token: string; key: string; name: EndpointName; params: unknown; body: unknown };

/** What became of it: an answer or a refusal, and the session's new cookie where it got one. */
export type Result = {
  answer?: unknown;
  refusal?: { code: ErrorCode; message: string; details: ErrorDetails };
  token: string | null;
};

export type Repeats = ReturnType<typeof createRepeats>;

/**
 * What became of the last requests that can renew a session, for 30 s, for whoever sends the very same request again
 * because its answer was lost. The store holds no cookie: a record opens with the request's key alone, which it does
 * not hold either (why: ADR 0014).
 */
export function createRepeats(store: Store, clock: Clock) {
  const idOf = (key: string) => hashOf(`repeat ${key}`);
  // The key keeps the hash from being guessed: a body may hold an answer to a security question.
  const requestOf = ({ key, name, params, body }: Repeatable) =>
    hashOf(JSON.stringify(['request', key, name, params, body]));
  const sealerOf = (key: string) => createSealer([`latchkey repeat ${key}`]);
  const known = (key: string) =>
    store.selectFrom('repeats').where('key_hash', '=', idOf(key)).where('expires_at', '>', clock.now());

  return {
    /** The session that a cookie's value opened until a request with this key gave it another; its id, or null. */
    async renewedFrom(token: string, key: string): Promise<string | null> {
      const row = await known(key)
        .select('session_id')
        .where('token_hash', '=', hashOf(token))
        .where('renewed', '=', 1)
        .executeTakeFirst();
      return row?.session_id ?? null;
    },

    /**
     * What became of this very request, or null when it is new. Only the cookie that it came with, or the one that its
     * session has now, is told. Throws `bad_request` when its key was used for another request.
     */
    async find(session: Session, request: Repeatable): Promise<Result | null> {
      const { key, token } = request;
      const row = await known(key).selectAll().where('session_id', '=', session.id).executeTakeFirst();
      if (!row || (row.token_hash !== hashOf(token) && session.token_hash !== hashOf(token))) return null;
      if (row.request_hash !== requestOf(request))
        throw new ApiError('bad_request', 'That Idempotency-Key was used for another request.');
      const opened = sealerOf(key).open(row.sealed, row.request_hash);
      return opened === null ? null : (JSON.parse(opened) as Result);
    },

    /** Keeps what became of a request. @param step the transaction it stands or falls with */
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
      await step.deleteFrom('repeats').where('expires_at', '<=', now).execute();
      await step
        .insertInto('repeats')
        .values(row)
        .onConflict((conflict) => conflict.columns(['session_id', 'key_hash']).doUpdateSet(row))
        .execute();
    },

    /** The session's present cookie came back: nobody needs the one before it any more. */
    async noteArrival({ id, token_hash, verified_at }: Session): Promise<void> {
      if (clock.now() - verified_at > REPEAT_MS) return;
      await store
        .updateTable('repeats')
        .set({ renewed: 0 })
        .where('session_id', '=', id)
        .where('renewed', '=', 1)
        .where('token_hash', '!=', token_hash)
        .execute();
    },

    /** Deletes what is over. */
    async prune(): Promise<void> {
      await store.deleteFrom('repeats').where('expires_at', '<=', clock.now()).execute();
    },
  };
}

export const refusalOf = ({ code, message, details }: ApiError): NonNullable<Result['refusal']> => ({
  code,
  message,
  details,
});

/** A kept result as the request's own: its answer, or its refusal thrown. */
export function resultAgain({ answer, refusal }: Result): unknown {
  if (refusal && Object.hasOwn(errorStatus, refusal.code))
    throw new ApiError(refusal.code, refusal.message, refusal.details);
  return answer;
}
