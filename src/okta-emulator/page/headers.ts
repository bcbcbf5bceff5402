import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/**
 * The security headers of everything a browser sees of the org. `form-action` is `'self'`; a page whose form ends in a
 * redirect elsewhere names that origin through `reply.helmet`.
 */
export const policy = (...formAction: string[]) => ({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    formAction: ["'self'", ...formAction],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
});

/** Registers the headers for every route that is added to `app` afterwards. */
export async function pageHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: policy(),
    // Loopback only, and plain http: a browser would ignore it, and one that did not would lock other ports of
    // localhost out.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
}
