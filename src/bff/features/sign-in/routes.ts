import type { FastifyInstance } from 'fastify';
import { ownPath } from '#contract/endpoints.ts';
import { isFromElsewhere } from '../../http/csrf.ts';
import { STEP_UP_MS } from '../../identity/step-up/requirement.ts';
import { redirectToOkta, redirectToStepUp, type SignInDeps } from './begin-sign-in.ts';
import { answerCallback } from './callback.ts';

export async function signInRoutes(app: FastifyInstance, deps: SignInDeps): Promise<void> {
  const policy = { config: { policy: 'sign-in' } } as const;
  app.get('/auth/sign-in', policy, async (request, reply) => {
    const { returnTo, others } = request.query as { returnTo?: string; others?: string };
    // A link on another site must not end sessions.
    const endOthers = others === 'end' && !isFromElsewhere(request.headers);
    const ask = endOthers ? { maxAge: STEP_UP_MS / 1000 } : {};
    return redirectToOkta(deps, request, reply, ask, { returnTo: ownPath(returnTo), stepUp: null, endOthers });
  });
  app.get('/auth/step-up', policy, (request, reply) => redirectToStepUp(deps, request, reply));
  app.get('/auth/callback', policy, (request, reply) => answerCallback(deps, request, reply));
}
