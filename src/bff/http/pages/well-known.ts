import type { FastifyInstance } from 'fastify';
import { ApiError } from '#contract/errors.ts';
import type { Settings } from '#contract/endpoints.ts';
import type { Passkeys } from '../../identity/methods/passkeys.ts';

type Services = { passkeys: Passkeys; settings: Settings; baseUrl: string };

/**
 * `passkey-endpoints` (W3C, Passkey Endpoints): password managers ask only the relying party's host.
 * `change-password`: W3C, A Well-Known URL for Changing Passwords.
 */
export function wellKnownRoutes(app: FastifyInstance, { passkeys, settings, baseUrl }: Services): void {
  const config = { policy: 'well-known' } as const;
  app.get('/.well-known/passkey-endpoints', { config }, async () => {
    const { hostname, origin } = new URL(baseUrl);
    if ((await passkeys.rpId()) !== hostname) throw new ApiError('not_found');
    return { enroll: `${origin}/add/webauthn`, manage: `${origin}/` };
  });
  app.get('/.well-known/change-password', { config }, async (_request, reply) => {
    if (settings.oktaSettingsUrl === null) throw new ApiError('not_found');
    return reply.redirect(settings.oktaSettingsUrl, 302);
  });
}
