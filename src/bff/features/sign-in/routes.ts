import type { FastifyInstance } from 'fastify';
import { ownPath } from '#contract/endpoints.ts';
import { redirectToOkta, redirectToStepUp, type SignInDeps } from './begin-sign-in.ts';
import { answerCallback } from './callback.ts';

/** Sign-in, and step-up by signing in again: navigations to Okta and back. */
export async function signInRoutes(app: FastifyInstance, deps: SignInDeps): Promise<void> {
  const policy = { config: { policy: 'sign-in' } } as const;
  app.get('/auth/sign-in', policy, async (request, reply) => {
    const { returnTo, others } = request.query as { returnTo?: string; others?: string };
    const rest = { returnTo: ownPath(returnTo), stepUp: null, endOthers: others === 'end' };
    return redirectToOkta(deps, request, reply, {}, rest);
  });
  app.get('/auth/step-up', policy, (request, reply) => redirectToStepUp(deps, request, reply));
  app.get('/auth/callback', policy, (request, reply) => answerCallback(deps, request, reply));
}
