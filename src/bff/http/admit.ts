import type { FastifyRequest } from 'fastify';
import { headers as ours } from '#contract/endpoints.ts';
import type { Actor } from '../records/audit-log/audit-log.ts';
import type { Repeats } from './repeats.ts';
import type { Session, Sessions } from '../identity/sessions/sessions.ts';
import { tolerate } from '../platform/store/failure.ts';
import { sha256 } from '../platform/store/secrets.ts';
import type { Cookies } from './cookies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | null;
    /** Counts the request per session and network. Throws `busy` beyond the limit. */
    limitSession(): void;
    actor: Actor;
  }
}

const repeated = new WeakSet<FastifyRequest>();

/**
 * Whether a newer cookie has replaced the request's cookie. Then the request may only read an earlier request's result.
 */
export const isRepeated = (request: FastifyRequest): boolean => repeated.has(request);

export function hashOfCookie(cookies: Cookies, request: FastifyRequest): string | undefined {
  const token = cookies.session(request);
  return token === undefined ? undefined : sha256(token);
}

/** `activity`: whether the request extends the session. `hash`: of the session cookie's value. */
export async function authenticate(
  services: { sessions: Sessions; repeats: Repeats },
  cookies: Cookies,
  request: FastifyRequest,
  { activity, repeats = false }: { activity: boolean; repeats?: boolean },
  hash = hashOfCookie(cookies, request),
): Promise<void> {
  const token = cookies.session(request);
  const active = activity && request.headers[ours.poll] !== '1';
  request.session =
    token === undefined || hash === undefined ? null : await services.sessions.find(token, active, hash);
  const key = request.headers[ours.idempotencyKey];
  if (request.session) await tolerate(services.repeats.recordArrival(request.session));
  else if (token !== undefined && typeof key === 'string' && repeats) {
    // An earlier request replaced the cookie, but its answer may have been lost.
    // This request may repeat the earlier one.
    const id = await services.repeats.renewedFrom(token, key);
    request.session = id === null ? null : await services.sessions.live(id);
    if (request.session) repeated.add(request);
  }
  if (request.session) request.actor = { ...request.actor, userId: request.session.user_id };
}
