import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Languages, type Locale, findLocale } from '#contract/locale/locales.ts';
import type { Cookies } from './cookies.ts';

const MOST_ACCEPTED = 20;

/** Null: `?lang` is missing or repeated. */
function langIn(url: string): string | null {
  const [first, ...more] = new URLSearchParams(url.split('?').slice(1).join('?')).getAll('lang');
  return first === undefined || more.length > 0 ? null : first;
}

/** RFC 9110, 12.5.4. */
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

export const createRequestLocale = (languages: Languages, cookies: Cookies) => ({
  /** The session has the person's choice, or else the locale of their Okta profile. */
  find: (request: FastifyRequest): Locale =>
    findLocale(langIn(request.url), languages) ??
    findLocale(request.session?.locale, languages) ??
    findLocale(cookies.locale(request), languages) ??
    findAccepted(request.headers['accept-language'], languages) ??
    languages[0],

  /** This does not change the language of emails. */
  keep({ url }: FastifyRequest, reply: FastifyReply): void {
    const chosen = findLocale(langIn(url), languages);
    if (chosen) cookies.setLocale(reply, chosen);
  },
});
