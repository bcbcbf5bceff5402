import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import helmet from '@fastify/helmet';
import { REPORTS_PATH } from './csp-reports.ts';

/**
 * Sets the same headers on every answer, whatever its status. They are read from Helmet once, in an empty app: per
 * request it would build them anew, which costs a tenth of a factor list. In development scripts insert styles, and the
 * policy allows that.
 * @param orgOrigin where the sign-out form redirects to: browsers apply `form-action` to redirects, too
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
