import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Languages, type Locale, findLocale } from '#contract/locale/locales.ts';
import type { Cookies } from './cookies.ts';

/** The most languages that are read from `Accept-Language`. */
const MOST_ACCEPTED = 20;

/** Returns the value of `?lang`; null when it is missing or repeated. */
function langIn(url: string): string | null {
  const [first, ...more] = new URLSearchParams(url.split('?').slice(1).join('?')).getAll('lang');
  return first === undefined || more.length > 0 ? null : first;
}

/** Returns the offered locale that `Accept-Language` prefers (RFC 9110, 12.5.4). */
function findAccepted(header: string | undefined, languages: Languages): Locale | null {
  const wanted = (header ?? '')
    .split(',', MOST_ACCEPTED)
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';');
      const q = parameters.map((one) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(one)?.[1]).find(Boolean);
      return { locale: findLocale(tag, languages), q: Number(q ?? 1) };
    })
    .filter(({ q }) => q > 0)
    .toSorted((one, other) => other.q - one.q);
  return wanted.find(({ locale }) => locale !== null)?.locale ?? null;
}

export type RequestLocale = ReturnType<typeof createRequestLocale>;

/** Creates what finds the language of a request, and remembers it. */
export const createRequestLocale = (languages: Languages, cookies: Cookies) => ({
  /**
   * Returns the locale of a request: `?lang`; of somebody who is signed in, what they chose or Okta's profile names;
   * else the browser's earlier choice (a cookie), `Accept-Language`, the default. What is unknown, too long or repeated
   * counts as missing.
   */
  find: (request: FastifyRequest): Locale =>
    findLocale(langIn(request.url), languages) ??
    findLocale(request.session?.locale, languages) ??
    findLocale(cookies.locale(request), languages) ??
    findAccepted(request.headers['accept-language'], languages) ??
    languages[0],

  /** Remembers the choice of `?lang` in the browser. It is no choice of the person: emails do not follow it. */
  keep({ url }: FastifyRequest, reply: FastifyReply): void {
    const chosen = findLocale(langIn(url), languages);
    if (chosen) cookies.setLocale(reply, chosen);
  },
});
