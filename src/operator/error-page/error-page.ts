import { isLoopback } from '#bff/platform/env/loopback.ts';
import type { Config } from '#bff/config/config.ts';
import { templatesOf } from '#bff/records/notifications/templates/templates.ts';
import { defaultLocale } from '#contract/locale/locales.ts';

/** HAProxy has 16 kB for an answer, with its headers. */
const MOST_BYTES = 16_000;

/**
 * What a balancer answers while no portal does: the text of a whole answer, headers first, with the company's words. Its
 * page has no script, no style and no image. Throws when HAProxy would not take it.
 */
export function errorPage(
  settings: Pick<Config, 'baseUrl' | 'orgName' | 'supportPhone' | 'supportUrl' | 'supportHours'>,
) {
  const { baseUrl, orgName, supportPhone: phone, supportUrl: url, supportHours: hours } = settings;
  const { protocol, hostname } = new URL(baseUrl);
  const headers = [
    'HTTP/1.1 503 Service Unavailable',
    'Content-Type: text/html; charset=utf-8',
    'Cache-Control: no-store',
    'Retry-After: 30',
    "Content-Security-Policy: default-src 'none';form-action 'none';frame-ancestors 'none';base-uri 'none'",
    'Cross-Origin-Opener-Policy: same-origin',
    'Cross-Origin-Resource-Policy: same-origin',
    'Referrer-Policy: no-referrer',
    'X-Content-Type-Options: nosniff',
    'X-Frame-Options: DENY',
    ...(protocol === 'https:' && !isLoopback(hostname)
      ? ['Strict-Transport-Security: max-age=63072000; includeSubDomains']
      : []),
  ];
  const text = `${headers.join('\r\n')}\r\n\r\n${templatesOf(defaultLocale).downPage({ orgName, phone, url, hours })}`;
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new Error(`the page has more than ${MOST_BYTES} bytes: shorten ORG_NAME`);
  return text;
}
