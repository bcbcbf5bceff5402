import type {} from '@fastify/cookie';
import type { Locale } from '#contract/locale/locales.ts';
import type { FormResult } from '#contract/page.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const ATTEMPT_MS = 10 * 60_000;

const LOCALE_S = 365 * 24 * 60 * 60;

/** A part of OAuth's `state` that names the attempt's cookie. */
export const attemptId = (state: string): string => state.replace(/[^A-Za-z0-9]/g, '').slice(0, 16);

export type Cookies = ReturnType<typeof createCookies>;

const RESULT_S = 60;

/**
 * `__Host-`: other subdomains cannot set the cookies. Without https, the port is in the names, because cookies ignore
 * ports. `Lax`: people who follow a link from an email arrive signed in.
 */
export function createCookies(baseUrl: string) {
  const { protocol, port } = new URL(baseUrl);
  const secure = protocol === 'https:';
  const prefix = secure ? '__Host-latchkey' : `latchkey-${port || '80'}`;
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  const attemptPrefix = `${prefix}-attempt-`;
  const localeName = `${prefix}-locale`;
  const resultName = `${prefix}-form`;
  const setFormResult = (reply: FastifyReply, form: FormResult['form'], value: string) =>
    reply.setCookie(resultName, `${form}:${value}`, { ...options, maxAge: RESULT_S });
  const attemptName = (state: string) => attemptPrefix + attemptId(state);
  return {
    session: (request: FastifyRequest) => request.cookies[prefix],
    setSession: (reply: FastifyReply, token: string) => reply.setCookie(prefix, token, options),
    clearSession: (reply: FastifyReply) => reply.clearCookie(prefix, options),
    locale: (request: FastifyRequest) => request.cookies[localeName],
    setLocale: (reply: FastifyReply, locale: Locale) =>
      reply.setCookie(localeName, locale, { ...options, maxAge: LOCALE_S }),
    attempt: (request: FastifyRequest, state: string) => request.cookies[attemptName(state)],
    setAttempt: (reply: FastifyReply, state: string, value: string) =>
      reply.setCookie(attemptName(state), value, { ...options, maxAge: ATTEMPT_MS / 1000 }),
    clearAttempt: (reply: FastifyReply, state: string) => reply.clearCookie(attemptName(state), options),
    setFormResult,
    /** `since`: ms since 1970. Null: nothing was frozen. */
    setFreezeResult: (reply: FastifyReply, frozen: { since: number; name: string } | null) =>
      setFormResult(reply, 'freeze', frozen ? `${frozen.since} ${frozen.name}` : 'none'),
    formResult: (request: FastifyRequest) => request.cookies[resultName],
    clearFormResult: (reply: FastifyReply) => reply.clearCookie(resultName, options),
    /** The keys are attempt ids. */
    attempts: (request: FastifyRequest): Map<string, string> =>
      new Map(
        Object.entries(request.cookies).flatMap(([name, value]) =>
          name.startsWith(attemptPrefix) && value !== undefined
            ? [[name.slice(attemptPrefix.length), value] as const]
            : [],
        ),
      ),
  };
}
