import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import { freezeToken } from '#contract/helpdesk-schemas.ts';
import { runForRequest } from '../../../http/request-scope.ts';
import { parseForms } from '../../../http/forms.ts';
import type { Lock } from '../../../platform/store/lock.ts';
import { freezePerson, personToFreeze } from './freeze-person.ts';

/**
 * `POST /freeze/{token}`: the button behind the only link in a notification (the renderer serves the page itself). It
 * needs no session, starts none, and can do nothing but freeze. Every token gets the same answer, so that nobody learns
 * which tokens are valid.
 */
export async function freezeLinkRoutes(
  app: FastifyInstance,
  services: Parameters<typeof freezePerson>[0] & Parameters<typeof personToFreeze>[0] & { lock: Lock },
): Promise<void> {
  await app.register(async (scope) => {
    // A plain form without fields: its address contains the authority.
    parseForms(scope);
    scope.post('/freeze/:token', { config: { policy: 'freeze' } }, async (request, reply) => {
      const token = z.safeParse(freezeToken, (request.params as { token: string }).token);
      const { freezes } = services.helpdeskServices;
      const userId = token.success ? await freezes.ofLink(token.data) : null;
      if (userId !== null) {
        const freeze = async () => {
          if ((await freezes.ofLink(token.data!)) === null) return;
          const person = await personToFreeze(services, userId);
          await freezePerson(services, request.actor, person, {
            why: 'by the link in a notice',
            beside: (step) => freezes.useLink(token.data!, step),
          });
        };
        await runForRequest(request, { change: true }, () => services.lock(`person ${userId}`, freeze));
      }
      return reply.redirect('/frozen', 303);
    });
  });
}
