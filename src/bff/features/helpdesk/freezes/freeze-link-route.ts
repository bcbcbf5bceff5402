import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import { freezeToken } from '#contract/helpdesk-schemas.ts';
import { addresses } from '#contract/endpoints.ts';
import type { Cookies } from '../../../http/cookies.ts';
import { parseForms } from '../../../http/forms.ts';
import type { Addresses } from '../../../identity/users/addresses.ts';
import { freezePerson } from './freeze-person.ts';

/**
 * `POST /freeze/{token}`: the button behind the only link in a notification (the renderer serves the page itself). It
 * needs no session, starts none, and can do nothing but freeze. Whoever has the token of a freeze that still holds
 * learns since when, and whose it is; every other token gets one answer: an unknown one, an expired one, one whose
 * freeze has ended.
 */
export async function freezeLinkRoutes(
  app: FastifyInstance,
  services: Parameters<typeof freezePerson>[0] & { addresses: Addresses },
  cookies: Pick<Cookies, 'setFreezeResult'>,
): Promise<void> {
  await app.register(async (scope) => {
    // A plain form without fields: its address contains the authority.
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
