import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import { freezeToken } from '#contract/helpdesk-schemas.ts';
import { addresses } from '#contract/endpoints.ts';
import type { Cookies } from '../../../http/cookies.ts';
import { parseForms } from '../../../http/forms.ts';
import type { Addresses } from '../../../identity/users/addresses.ts';
import { freezePerson } from './freeze-person.ts';

/**
 * The request needs no session and can only freeze.
 * All tokens without a freeze (unknown, expired, or of an ended freeze) get the same answer.
 */
export async function freezeLinkRoutes(
  app: FastifyInstance,
  services: Parameters<typeof freezePerson>[0] & { addresses: Addresses },
  cookies: Pick<Cookies, 'setFreezeResult'>,
): Promise<void> {
  await app.register(async (scope) => {
    // The form has no fields, because the address contains the token.
    parseForms(scope);
    scope.post('/freeze/:token', { config: { policy: 'freeze' } }, async (request, reply) => {
      const token = z.safeParse(freezeToken, (request.params as { token: string }).token);
      const { freezes } = services.helpdeskServices;
      const person = token.success ? await freezes.ofLink(token.data) : null;
      if (person !== null) {
        const addresses = await services.addresses.since(person.id, services.clock.now());
        await freezePerson(
          services,
          request.actor,
          { ...person, addresses },
          {
            why: 'by the link in a notice',
            byLink: (tx) => freezes.useLink(token.data!, tx),
          },
        );
      }
      const frozen = token.success ? await freezes.ofUsedLink(token.data) : null;
      cookies.setFreezeResult(reply, frozen);
      return reply.redirect(addresses.frozen, 303);
    });
  });
}
