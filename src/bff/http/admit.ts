import type { FastifyRequest } from 'fastify';
import { headers as ours } from '#contract/endpoints.ts';
import type { Actor } from '../audit-log/audit-log.ts';
import type { Services } from '../context.ts';
import type { Session } from '../sessions/sessions.ts';
import { tolerate } from '../store/failure.ts';
import type { Cookies } from './cookies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The live session it came with, found by the guard. */
    session: Session | null;
    actor: Actor;
  }
}

/** Requests that came with a cookie which is good for nothing but to hear again what became of them. */
const repeated = new WeakSet<FastifyRequest>();

/** Whether its cookie is another one by now, so that it may only hear what became of it before. */
export const isRepeated = (request: FastifyRequest): boolean => repeated.has(request);

/**
 * Finds the session of a request.
 * @param activity whether it keeps the session alive, unless it is asked by a timer
 * @param repeats whether its endpoint tells again what became of a request
 */
export async function authenticate(
  services: Pick<Services, 'sessions' | 'repeats'>,
  cookies: Cookies,
  request: FastifyRequest,
  { activity, repeats = false }: { activity: boolean; repeats?: boolean },
): Promise<void> {
  const token = cookies.session(request);
  const active = activity && request.headers[ours.poll] !== '1';
  request.session = token === undefined ? null : await services.sessions.find(token, active);
  const key = request.headers[ours.idempotencyKey];
  if (request.session) await tolerate(services.repeats.noteArrival(request.session));
  else if (token !== undefined && typeof key === 'string' && repeats) {
    // The cookie is another one by now, but its answer may have been lost: what was asked decides, once it is read.
    const id = await services.repeats.renewedFrom(token, key);
    request.session = id === null ? null : await services.sessions.live(id);
    if (request.session) repeated.add(request);
  }
  if (request.session) request.actor.userId = request.session.user_id;
}
