import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ATTEMPT_MS } from '../sign-in/attempts.ts';

export type Cookies = ReturnType<typeof createCookies>;

/**
 * Our two cookies. Under https their names begin `__Host-`, which keeps siblings and sub-domains from planting them; without it the
 * port is in the name, since cookies ignore ports. `Lax`, so that people who come from mail or intranet arrive signed in.
 */
export function createCookies(baseUrl: string) {
  const { protocol, port } = new URL(baseUrl);
  const secure = protocol === 'https:';
  const prefix = secure ? '__Host-latchkey' : `latchkey-${port || '80'}`;
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  const attemptName = (state: string) => `${prefix}-attempt-${state.replace(/[^A-Za-z0-9]/g, '').slice(0, 16)}`;
  return {
    session: (request: FastifyRequest) => request.cookies[prefix],
    setSession: (reply: FastifyReply, token: string) => reply.setCookie(prefix, token, options),
    clearSession: (reply: FastifyReply) => reply.clearCookie(prefix, options),
    attempt: (request: FastifyRequest, state: string) => request.cookies[attemptName(state)],
    setAttempt: (reply: FastifyReply, state: string, secret: string) =>
      reply.setCookie(attemptName(state), secret, { ...options, maxAge: ATTEMPT_MS / 1000 }),
    clearAttempt: (reply: FastifyReply, state: string) => reply.clearCookie(attemptName(state), options),
  };
}
