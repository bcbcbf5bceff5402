import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/**
 * The security headers of the emulator's pages. `form-action` is `'self'`; a page whose form redirects elsewhere adds
 * that origin through `reply.helmet`.
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

/** Adds the headers to every route registered later. */
export async function pageHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: policy(),
    // The emulator uses http on loopback: HSTS would be ignored, or would affect other ports of localhost.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
}
