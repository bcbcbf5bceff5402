import type { FastifyReply, FastifyRequest } from 'fastify';
import { defaultLocale, type Locale, findLocale } from '#contract/locale/locales.ts';
import type { Cookies } from './cookies.ts';

/** The most languages that are read from `Accept-Language`. */
const MOST_ACCEPTED = 20;

/** Returns the value of `?lang`; null when it is missing or repeated. */
function langIn(url: string): string | null {
  const [first, ...more] = new URLSearchParams(url.split('?').slice(1).join('?')).getAll('lang');
  return first === undefined || more.length > 0 ? null : first;
}

/** Returns the known locale that `Accept-Language` prefers (RFC 9110, 12.5.4). */
function accepted(header: string | undefined): Locale | null {
  const wanted = (header ?? '')
    .split(',', MOST_ACCEPTED)
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';');
      const q = parameters.map((one) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(one)?.[1]).find(Boolean);
      return { locale: findLocale(tag), q: Number(q ?? 1) };
    })
    .filter(({ q }) => q > 0)
    .toSorted((one, other) => other.q - one.q);
  return wanted.find(({ locale }) => locale !== null)?.locale ?? null;
}

/**
 * Returns the locale of a request: `?lang`, the browser's earlier choice (a cookie), what Okta's profile named at the
 * sign-in, `Accept-Language`, the default. What is unknown, too long or repeated counts as missing.
 */
export const localeOfRequest = (cookies: Cookies, request: FastifyRequest): Locale =>
  findLocale(langIn(request.url)) ??
  findLocale(cookies.locale(request)) ??
  findLocale(request.session?.locale) ??
  accepted(request.headers['accept-language']) ??
  defaultLocale;

/** Remembers the choice of `?lang` in the browser. */
export function keepLocale(cookies: Cookies, { url }: FastifyRequest, reply: FastifyReply): void {
  const chosen = findLocale(langIn(url));
  if (chosen) cookies.setLocale(reply, chosen);
}
