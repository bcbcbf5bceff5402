import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

type HeaderOptions = {
  hsts: boolean;
  /** Vite's scripts insert styles. */
  development: boolean;
  /** Okta's origin. Browsers apply `form-action` to the redirect after the sign-out form. */
  orgOrigin: string;
  style: string | null;
};

/** CSP 3, 2.3.1. */
const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const contentPolicy = ({ development, orgOrigin, style }: HeaderOptions): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // A hash in the same directive would make browsers ignore `unsafe-inline`.
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

/** The package helmet lacks Permissions-Policy. */
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
