import type { Settings } from '#contract/endpoints.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import { ownPath } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { PageProblem } from '#contract/page.ts';
import * as schemas from '#contract/schemas.ts';
import type { Clock } from '#clock';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import type { Refusals } from '../../records/audit-log/refusals.ts';
import type { Cookies } from '../../http/cookies.ts';
import { runForRequest } from '../../http/request-scope.ts';
import { authenticate } from '../../http/admit.ts';
import type { Limiter } from '../../http/limit.ts';
import type { GetPersonFactors } from '../../identity/methods/person-factors.ts';
import { readSecurityMethods } from '../factors/read-security-methods.ts';
import type { CodeAttempts } from '../../identity/step-up/code-attempts.ts';
import type { Session } from '../../identity/sessions/sessions.ts';
import { requirementOfPurpose, type StepUpCapabilities } from '../../identity/step-up/requirement.ts';
import type { StepUps } from '../../identity/step-up/step-ups.ts';
import { toApiError } from '../../platform/errors/api-errors.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import type { PortalUser, Users } from '../../identity/users/users.ts';
import type { Attempts, Pending } from './attempts.ts';
import type { Provider } from './provider.ts';

/** In seconds. Okta's Classic Engine ignores 0. */
const MAX_AGE = { idx: 0, v1: 1 } as const;

export type SignInDeps = {
  services: Parameters<typeof authenticate>[0] &
    Parameters<typeof readSecurityMethods>[0] & {
      auditLog: AuditLog;
      clock: Clock;
      codeAttempts: CodeAttempts;
      getPersonFactors: GetPersonFactors;
      helpdeskServices: {
        names: { record(person: PortalUser): Promise<void> };
        pendingCancellations: { of(userId: string): Promise<object | null> };
      };
      refusals: Refusals;
      settings: Settings;
      stepUps: StepUps;
      users: Users;
      capabilities(): Promise<StepUpCapabilities>;
      orgSkew(): Promise<number>;
    };
  cookies: Cookies;
  provider: Provider;
  attempts: Attempts;
  /** Null: limits are off. */
  limiter: Limiter | null;
  sealer: Sealer;
  problemPage(request: FastifyRequest, reply: FastifyReply, problem: PageProblem): Promise<void>;
};

/** Throws `busy` with `retryAt` while Okta's rate limit is used up, otherwise `org_unavailable`. */
export function throwUnavailable({ provider, services: { clock } }: SignInDeps, cause: unknown): never {
  const waitMs = provider.waitMs();
  if (waitMs === 0) throw new ApiError('org_unavailable', {}, { cause });
  const details = { retryAt: clock.now() + waitMs, limitScope: 'org', cause } as const;
  throw toApiError(new OktaError('throttled', 'the rate limit of sign-ins is used up', details), clock.now());
}

export async function redirectToOkta(
  deps: SignInDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  ask: Parameters<Provider['begin']>[0],
  rest: Pick<Pending, 'returnTo' | 'stepUp' | 'endOthers'>,
) {
  const { attempts, cookies, provider, services } = deps;
  const { clock } = services;
  const begin = runForRequest(request, { change: false }, async () => {
    // In Okta's time, because another portal may answer the callback, and its clock may differ.
    const newSince = ask.maxAge === undefined ? null : clock.now() + (await services.orgSkew()) - ask.maxAge * 1000;
    return { ...(await provider.begin(ask)), newSince };
  });
  const { url, attempt, newSince } = await begin.catch((cause: unknown) => throwUnavailable(deps, cause));
  const value = attempts.seal({ ...attempt, ...rest, startedAt: clock.now(), newSince });
  for (const id of attempts.excess(cookies.attempts(request), value.length)) cookies.clearAttempt(reply, id);
  cookies.setAttempt(reply, attempt.state, value);
  return reply.redirect(url, 302);
}

/** For a person whose sessions have all ended since the earlier sign-in. */
export const redirectToNewSignIn = (
  deps: SignInDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  login: string,
  returnTo: string,
) => redirectToOkta(deps, request, reply, { maxAge: MAX_AGE.v1, login }, { returnTo, stepUp: null, endOthers: false });

export const readProvers = ({ services }: Pick<SignInDeps, 'services'>, request: FastifyRequest, session: Session) =>
  runForRequest(request, { change: false }, async () => {
    const person = await services.users.current(session.user_id, false);
    const factors = services.getPersonFactors(session.user_id, { requestId: request.id });
    const { methods } = await readSecurityMethods(services, person, factors)();
    return { methods, engine: await services.engine(), capabilities: await services.capabilities() };
  });

export async function redirectToStepUp(deps: SignInDeps, request: FastifyRequest, reply: FastifyReply) {
  const { cookies, services } = deps;
  const query = request.query as { purpose?: unknown; returnTo?: unknown };
  const purpose = z.safeParse(schemas.purpose, query.purpose);
  if (!purpose.success) throw new ApiError('bad_request');
  const returnTo = ownPath(query.returnTo);
  await authenticate(services, cookies, request, { activity: true });
  const { session } = request;
  if (!session) return redirectToOkta(deps, request, reply, {}, { returnTo, stepUp: null, endOthers: false });
  const { methods, engine, capabilities } = await readProvers(deps, request, session);
  const requirement = requirementOfPurpose(purpose.data, methods, capabilities);
  if (!requirement) return reply.redirect(returnTo, 302);
  const { strength, acr } = requirement;
  const stepUp = { sessionId: session.id, userId: session.user_id, purpose: purpose.data, strength, acr };
  const ask = { maxAge: MAX_AGE[engine], acr, login: session.login };
  return redirectToOkta(deps, request, reply, ask, { returnTo, stepUp, endOthers: false });
}
