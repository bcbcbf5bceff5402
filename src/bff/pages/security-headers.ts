import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import helmet from '@fastify/helmet';
import { REPORTS_PATH } from './csp-reports.ts';

/**
 * The same headers on every answer, whatever its status. Helmet says them once, of an app that has nothing else: asked
 * at every request, it would make its dozen parts anew each time, a tenth of what a factor list costs. In development
 * styles are put in by script, which the policy then allows.
 * @param orgOrigin where the form that signs out is redirected to: browsers hold redirects of a form to `form-action`,
 * too
 */
export async function securityHeaders(
  app: FastifyInstance,
  { https, development, orgOrigin }: { https: boolean; development: boolean; orgOrigin: string },
): Promise<void> {
  const bare = Fastify();
  await bare.register(helmet, {
    global: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: development ? ["'self'", "'unsafe-inline'"] : ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'", orgOrigin],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        reportUri: [REPORTS_PATH],
        reportTo: ['csp'],
        ...(development ? {} : { requireTrustedTypesFor: ["'script'"], trustedTypes: ["'none'"] }),
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: https ? { maxAge: 63_072_000, includeSubDomains: true } : false,
    xFrameOptions: { action: 'deny' },
  });
  const permissions = [
    'publickey-credentials-create=(self)',
    'publickey-credentials-get=(self)',
    'clipboard-write=(self)',
    ...['accelerometer', 'camera', 'geolocation', 'gyroscope', 'microphone', 'payment', 'usb', 'clipboard-read'].map(
      (name) => `${name}=()`,
    ),
  ].join(', ');
  bare.get('/', (_request, reply) => reply.send());
  const answer = await bare.inject('/');
  await bare.close();
  const headers: Record<string, string | string[] | number | undefined> = {
    ...answer.headers,
    'permissions-policy': permissions,
    'reporting-endpoints': `csp="${REPORTS_PATH}"`,
  };
  for (const own of ['content-length', 'date', 'connection']) delete headers[own];
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}
