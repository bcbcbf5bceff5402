import type { FastifyReply, FastifyRequest } from 'fastify';
import { headers as ours, type EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Sessions } from '../../identity/sessions/sessions.ts';
import { tolerate } from '../../platform/store/failure.ts';
import type { Store } from '../../platform/store/open.ts';
import { hashOf } from '../../platform/store/secrets.ts';
import type { Cookies } from '../cookies.ts';
import type { EndpointPolicy } from '../policies.ts';
import { isStrongKey, refusalOf, resultAgain, type Result, type Repeats } from '../repeats.ts';

const signedOut = () => new ApiError('signed_out');

/** Returns a request's `Idempotency-Key`, if any. Throws `bad_request`. */
export function keyOf({ headers }: FastifyRequest, { repeats }: EndpointPolicy): string | null {
  const key = headers[ours.idempotencyKey];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{8,100}$/.test(key)) throw new ApiError('bad_request');
  if (repeats && !isStrongKey(key)) throw new ApiError('bad_request');
  return key;
}

/**
 * Finds the stored result of an earlier identical request, if the endpoint repeats it, and stores this request's result
 * for later repeats.
 */
export function earlierAnswer(
  { sessions, repeats, clock }: { sessions: Sessions; repeats: Repeats; clock: Clock },
  cookies: Cookies,
  { request, reply, policy }: { request: FastifyRequest; reply: FastifyReply; policy: EndpointPolicy },
  call: { name: EndpointName; key: string | null; params: unknown; body: unknown },
) {
  const session = request.session!;
  const token = cookies.session(request);
  const { name, key, ...input } = call;
  const repeatable = policy.repeats && key !== null && token !== undefined ? { token, key, name, ...input } : null;
  let renewed = false;

  async function keep(result: Result): Promise<void> {
    if (repeatable && policy.repeats === 'always' && !renewed)
      await tolerate(repeats.keep(session, repeatable, result));
  }

  return {
    /**
     * Returns the earlier request's result, or null if the request is new. Sends the browser the cookie that it missed.
     */
    async find(): Promise<{ result: unknown } | null> {
      const known = repeatable && (await repeats.find(session, repeatable));
      if (!known) return null;
      const now = await sessions.live(session.id);
      if (!now || token === undefined) throw signedOut();
      if (known.token !== null && hashOf(known.token) === now.token_hash) cookies.setSession(reply, known.token);
      else if (hashOf(token) !== now.token_hash) throw signedOut();
      return { result: resultAgain(known) };
    },

    keepAnswer: (answer: unknown) => keep({ answer, token: null }),
    keepRefusal: (error: ApiError) => keep({ refusal: refusalOf(error), token: null }),

    /** Gives the session another cookie; a repeat of this request gets it with the answer. */
    async renewSession(answer: unknown): Promise<void> {
      const beside =
        repeatable &&
        ((fresh: string, step: Store) => repeats.keep(session, repeatable, { answer, token: fresh }, step));
      const fresh = await sessions.renew(session, { verified_at: clock.now() }, beside ?? undefined);
      // A parallel request of this browser was faster; its answer brings the cookie.
      if (fresh === null) return;
      cookies.setSession(reply, fresh);
      renewed = true;
    },
  };
}
