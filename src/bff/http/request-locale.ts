import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Languages, type Locale, findLocale } from '#contract/locale/locales.ts';
import type { Cookies } from './cookies.ts';

/** How many languages of `Accept-Language` are read. */
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

/** Creates the functions that find a request's locale and remember a chosen one. */
export const createRequestLocale = (languages: Languages, cookies: Cookies) => ({
  /**
   * Returns the first of these locales that the portal offers: `?lang`; the signed-in person's choice, or else their
   * Okta profile's; the browser's earlier choice (a cookie); `Accept-Language`; the default.
   */
  find: (request: FastifyRequest): Locale =>
    findLocale(langIn(request.url), languages) ??
    findLocale(request.session?.locale, languages) ??
    findLocale(cookies.locale(request), languages) ??
    findAccepted(request.headers['accept-language'], languages) ??
    languages[0],

  /** Remembers `?lang` in a cookie. The language of the person's emails does not change. */
  keep({ url }: FastifyRequest, reply: FastifyReply): void {
    const chosen = findLocale(langIn(url), languages);
    if (chosen) cookies.setLocale(reply, chosen);
  },
});
