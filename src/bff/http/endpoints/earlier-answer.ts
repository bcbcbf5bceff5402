import type { FastifyReply, FastifyRequest } from 'fastify';
import { getEndpoint } from '#contract/all.ts';
import { headers as ours, type EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { StepUps } from '../../identity/step-up/step-ups.ts';
import type { Sessions } from '../../identity/sessions/sessions.ts';
import { judgeFailure } from '../../platform/errors/api-errors.ts';
import { tolerate } from '../../platform/store/failure.ts';
import type { Store } from '../../platform/store/open.ts';
import { hashOf } from '../../platform/store/secrets.ts';
import type { Cookies } from '../cookies.ts';
import type { EndpointPolicy } from '../policies.ts';
import { isStrongKey, refusalOf, resultAgain, type Result, type Repeats } from '../repeats.ts';

const signedOut = () => new ApiError('signed_out');

/** Returns a request's `Idempotency-Key`, if any. Throws `bad_request` for one that can be guessed. */
export function keyOf({ headers }: FastifyRequest): string | null {
  const key = headers[ours.idempotencyKey];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !isStrongKey(key)) throw new ApiError('bad_request');
  return key;
}

/**
 * Finds what an earlier request with the same key did, and records what this one does for later repeats: its result if
 * the endpoint can renew the session, else its outcome.
 */
export function earlierAnswer(
  services: { sessions: Sessions; repeats: Repeats; clock: Clock; stepUps: StepUps },
  cookies: Cookies,
  { request, reply, policy }: { request: FastifyRequest; reply: FastifyReply; policy: EndpointPolicy },
  call: { name: EndpointName; key: string | null; params: unknown; body: unknown },
) {
  const { sessions, repeats, clock } = services;
  const session = request.session!;
  const { user_id: userId } = session;
  const token = cookies.session(request);
  const { key } = call;
  const keyed = key === null ? null : { ...call, key };
  const repeatable = policy.repeats && keyed && token !== undefined ? { ...keyed, token } : null;
  const claim = policy.change && !policy.repeats && keyed ? repeats.claim(userId, keyed, request.id) : null;

  async function keep(result: Result): Promise<void> {
    if (repeatable && policy.repeats === 'always') await tolerate(repeats.keep(session, repeatable, result));
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

    /**
     * Returns false for a new request. For one that an earlier request with its key has carried out, returns true where
     * that one was answered without a body, else throws `already_done`.
     */
    async isDone(): Promise<boolean> {
      const known = claim && keyed && (await repeats.done(userId, keyed));
      if (!known) return false;
      if (getEndpoint(call.name).answer === 'none') return true;
      const { factorId } = known;
      const isMade = policy.stepUp === 'enroll' || policy.stepUp === 'replace';
      const details = factorId === null ? {} : { factorId };
      // Its answer was lost on the way to the browser: what it began can still be finished.
      if (isMade && factorId !== null && (await services.stepUps.granted(session, factorId)))
        throw new ApiError('open_elsewhere', details);
      throw new ApiError(isMade ? 'already_enrolled' : 'already_done', details);
    },

    /** What the rows of the request's operation claim; null where a repeat is told by its result, or runs anew. */
    claim,

    keepAnswer: (answer: unknown) => keep({ answer, token: null }),
    async keepRefusal(error: unknown): Promise<void> {
      if (error instanceof ApiError) await keep({ refusal: refusalOf(error), token: null });
      if (judgeFailure(error).outcome === 'failure') await claim?.free();
    },

    /** Gives the session another cookie; a repeat of this request gets it with the answer. */
    async renewSession(answer: unknown): Promise<void> {
      const beside =
        repeatable && ((fresh: string, tx: Store) => repeats.keep(session, repeatable, { answer, token: fresh }, tx));
      const fresh = await sessions.renew(session, { verified_at: clock.now() }, beside ?? undefined);
      // A parallel request of this browser was faster; its answer brings the cookie.
      if (fresh === null) return;
      cookies.setSession(reply, fresh);
    },
  };
}
