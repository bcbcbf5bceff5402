import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

type HeaderOptions = {
  /** Whether browsers are told to use HTTPS only. */
  hsts: boolean;
  /** In development Vite's scripts insert styles, and the policy must allow them. */
  development: boolean;
  /** Okta's origin, to which the sign-out form redirects: browsers apply `form-action` to redirects, too. */
  orgOrigin: string;
  /** The one style that is in pages themselves, as text; null: none. */
  style: string | null;
};

/** Returns a source of the policy that allows this text alone (CSP 3, 2.3.1). */
const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const contentPolicy = ({ development, orgOrigin, style }: HeaderOptions): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // With a digest in the same directive, browsers would ignore `unsafe-inline`.
    ['style-src', "'self'", ...(development ? ["'unsafe-inline'"] : style ? [hashSource(style)] : [])].join(' '),
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    `form-action 'self' ${orgOrigin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    ...(development ? [] : ["require-trusted-types-for 'script'", "trusted-types 'none'"]),
  ].join(';');

const permissions = [
  'publickey-credentials-create=(self)',
  'publickey-credentials-get=(self)',
  'clipboard-write=(self)',
  ...['accelerometer', 'camera', 'geolocation', 'gyroscope', 'microphone', 'payment', 'usb', 'clipboard-read'].map(
    (name) => `${name}=()`,
  ),
].join(', ');

/**
 * Sets the same security headers on every answer, whatever its status. The package helmet is not used: it has no
 * Permissions-Policy, and would need the Content-Security-Policy as an option.
 */
export function securityHeaders(app: FastifyInstance, options: HeaderOptions): void {
  const headers = {
    'content-security-policy': contentPolicy(options),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'permissions-policy': permissions,
    'referrer-policy': 'no-referrer',
    ...(options.hsts && { 'strict-transport-security': 'max-age=63072000; includeSubDomains' }),
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
  };
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}
