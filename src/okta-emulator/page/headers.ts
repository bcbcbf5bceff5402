import type { FastifyInstance } from 'fastify';

/** The content policy of the emulator's pages. A page whose form redirects elsewhere names those origins. */
export const policy = (...formAction: string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    ["form-action 'self'", ...formAction].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join(';');

/** The emulator uses http on loopback: HSTS would be ignored, or would affect other ports of localhost. */
const headers = Object.entries({
  'content-security-policy': policy(),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
});

/** Adds the security headers to every route registered later, also where oidc-provider writes the answer itself. */
export function pageHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, { raw }, done) => {
    for (const [name, value] of headers) raw.setHeader(name, value);
    done();
  });
}
