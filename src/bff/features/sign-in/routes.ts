import { freeText, findSignInError, type FreeText, type SignInFault } from '#contract/audit-log/audit-reasons.ts';
import { ownPath } from '#contract/endpoints.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import { ApiError } from '#contract/errors.ts';
import type { PageProblem } from '#contract/page.ts';
import * as schemas from '#contract/schemas.ts';
import type { Clock } from '#clock';
import { getReason } from '#database/errors.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import type { Refusals } from '../../records/audit-log/refusals.ts';
import type { Cookies } from '../../http/cookies.ts';
import { runForRequest } from '../../http/request-scope.ts';
import { authenticate } from '../../http/admit.ts';
import type { Limiter } from '../../http/limit.ts';
import type { FactorsOf } from '../../identity/methods/person-factors.ts';
import { readSecurityMethods } from '../factors/read-security-methods.ts';
import { assertSignedInSince, SignInTooOld } from '../../identity/sessions/revocations.ts';
import type { CodeAttempts } from '../../identity/step-up/code-attempts.ts';
import { requirementOfPurpose, strengthOfSignIn, type StepUpCapabilities } from '../../identity/step-up/requirement.ts';
import type { StepUps } from '../../identity/step-up/step-ups.ts';
import { apiErrorOf } from '../../platform/errors/api-errors.ts';
import { logMessage } from '../../platform/lifecycle/log-messages.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import type { PortalUser, Users } from '../../identity/users/users.ts';
import type { Attempts, Pending } from './attempts.ts';
import { recordStepUp, tooWeak } from './record-step-up.ts';
import { idTokenContext } from './sign-out-route.ts';
import { acrOf, amrOf, SignInRefused, type IdClaims, type Provider } from './provider.ts';

/** Okta's Classic Engine treats `max_age=0` as absent; one second works there. */
const MAX_AGE = { idx: 0, v1: 1 } as const;
/** Okta's error for a sign-in that the person's methods cannot reach. */
const UNMET = 'unmet_authentication_requirements';
/** Okta's tokens and headers have whole seconds: how much earlier a new sign-in may seem to be, in milliseconds. */
const FRACTIONS_MS = 2000;
/** Of what the log says of an answer, which may have Okta's words. */
const LONGEST_CAUSE = 300;

export type SignInDeps = {
  services: Parameters<typeof authenticate>[0] &
    Parameters<typeof readSecurityMethods>[0] & {
      auditLog: AuditLog;
      clock: Clock;
      codeAttempts: CodeAttempts;
      factorsOf: FactorsOf;
      helpdeskServices: {
        names: { note(person: PortalUser): Promise<void> };
        pendingCancellations: { of(userId: string): Promise<object | null> };
      };
      refusals: Refusals;
      stepUps: StepUps;
      users: Users;
      capabilities(): Promise<StepUpCapabilities>;
      orgSkew(): Promise<number>;
    };
  cookies: Cookies;
  provider: Provider;
  attempts: Attempts;
  /** Null if limits are off. */
  limiter: Limiter | null;
  sealer: Sealer;
  /** Answers with a page about how a sign-in ended. */
  problemPage(request: FastifyRequest, reply: FastifyReply, problem: PageProblem): Promise<void>;
};

const text = z.string().check(z.maxLength(2000));
const callbackQuery = z.object({ state: text, code: z.optional(text), iss: z.optional(text), error: z.optional(text) });

/** Sign-in, and step-up by signing in again: navigations to Okta and back. */
export async function signInRoutes(app: FastifyInstance, deps: SignInDeps): Promise<void> {
  const { services, cookies, provider, attempts, limiter, sealer } = deps;
  const policy = { config: { policy: 'sign-in' } } as const;
  const { auditLog, clock, sessions } = services;

  /** Throws the error of a failed call to Okta: until when its rate limit refuses calls, or that nobody answers. */
  function unavailable(cause: unknown): never {
    const waitMs = provider.waitMs();
    if (waitMs === 0) throw new ApiError('org_unavailable', {}, { cause });
    const details = { retryAt: clock.now() + waitMs, limitOf: 'org', cause } as const;
    throw apiErrorOf(new OktaError('throttled', 'the rate limit of sign-ins is used up', details), clock.now());
  }

  async function go(
    request: FastifyRequest,
    reply: FastifyReply,
    ask: Parameters<Provider['begin']>[0],
    rest: Pick<Pending, 'returnTo' | 'stepUp'>,
  ) {
    const begin = runForRequest(request, { change: false }, async () => {
      // In Okta's time alone: the callback may come to a portal with another clock.
      const newSince = ask.maxAge === undefined ? null : clock.now() + (await services.orgSkew()) - ask.maxAge * 1000;
      return { ...(await provider.begin(ask)), newSince };
    });
    const { url, attempt, newSince } = await begin.catch(unavailable);
    const value = attempts.seal({ ...attempt, ...rest, startedAt: clock.now(), newSince });
    for (const id of attempts.excess(cookies.attempts(request), value.length)) cookies.clearAttempt(reply, id);
    cookies.setAttempt(reply, attempt.state, value);
    return reply.redirect(url, 302);
  }

  app.get('/auth/sign-in', policy, async (request, reply) => {
    const { returnTo } = request.query as { returnTo?: string };
    return go(request, reply, {}, { returnTo: ownPath(returnTo), stepUp: null });
  });

  app.get('/auth/step-up', policy, async (request, reply) => {
    const query = request.query as { purpose?: unknown; returnTo?: unknown };
    const purpose = z.safeParse(schemas.purpose, query.purpose);
    if (!purpose.success) throw new ApiError('bad_request');
    const returnTo = ownPath(query.returnTo);
    await authenticate(services, cookies, request, { activity: true });
    const { session } = request;
    if (!session) return go(request, reply, {}, { returnTo, stepUp: null });
    const { methods, engine, capabilities } = await runForRequest(request, { change: false }, async () => {
      const person = await services.users.current(session.user_id, false);
      const factors = services.factorsOf(session.user_id, { requestId: request.id });
      const whole = await readSecurityMethods(services, person, factors)();
      return { methods: whole.methods, engine: await services.engine(), capabilities: await services.capabilities() };
    });
    const requirement = requirementOfPurpose(purpose.data, methods, capabilities);
    if (!requirement) return reply.redirect(returnTo, 302);
    const stepUp = {
      sessionId: session.id,
      userId: session.user_id,
      purpose: purpose.data,
      strength: requirement.strength,
      acr: requirement.acr,
    };
    return go(
      request,
      reply,
      { maxAge: MAX_AGE[engine], acr: requirement.acr, login: session.login },
      { returnTo, stepUp },
    );
  });

  /** Every sign-in at Okta permits codes again after too many wrong ones, whatever its purpose and result. */
  async function noteSignIn(claims: IdClaims, at: number): Promise<void> {
    await services.codeAttempts.signedIn(claims.sub, at, strengthOfSignIn(amrOf(claims), acrOf(claims)));
  }

  app.get('/auth/callback', policy, async (request, reply) => {
    const refused = async (reason: SignInFault | FreeText, problem: PageProblem, subject: string | null = null) => {
      await services.refusals.note(request.actor, { event: 'user.session.refused', subject }, reason);
      return deps.problemPage(request, reply, problem);
    };
    const query = z.safeParse(callbackQuery, request.query);
    if (!query.success) return refused('malformed callback', { kind: 'sign_in_expired' });
    const { state, code, iss, error } = query.data;
    const sealed = cookies.attempt(request, state);
    const pending = sealed === undefined ? null : await attempts.take(state, sealed);
    if (!pending) return refused('no such attempt', { kind: 'sign_in_expired' });
    cookies.clearAttempt(reply, state);

    const stepUpFailed = async (problem: 'unmet' | 'refused', reason: SignInFault | FreeText) => {
      const { purpose, userId, strength } = pending.stepUp!;
      await auditLog.event(
        request.actor,
        { event: 'user.authentication.step_up', subject: userId },
        { outcome: 'failure', reason },
      );
      const query_ = new URLSearchParams({
        purpose,
        returnTo: pending.returnTo,
        problem,
        strength: String(strength),
      });
      return reply.redirect(`/step-up?${query_}`, 302);
    };
    const failed = (problem: 'unmet' | 'refused', reason: SignInFault | FreeText, subject?: string) => {
      return pending.stepUp ? stepUpFailed(problem, reason) : refused(reason, { kind: 'sign_in_refused' }, subject);
    };
    if (error !== undefined || code === undefined)
      return failed(error === UNMET ? 'unmet' : 'refused', findSignInError(error));
    const session = pending.stepUp && (await sessions.find(cookies.session(request) ?? '', false));
    const stepsUp = session !== null && session.id === pending.stepUp?.sessionId;
    const takeBack = limiter?.exchange(request.actor.address, stepsUp ? session.id : null);
    let came;
    try {
      came = await runForRequest(request, { change: false }, async () => ({
        ...(await provider.finish(code, iss, pending)),
        skew: await services.orgSkew(),
      }));
    } catch (failure) {
      if (!(failure instanceof SignInRefused)) {
        takeBack?.();
        return unavailable(failure);
      }
      const { message: reason, cause } = failure;
      const because = cause === undefined ? null : getReason(cause).slice(0, LONGEST_CAUSE);
      logMessage(request.log, 'a sign-in was refused', { reason, because });
      return failed('refused', freeText(failure.message));
    }
    takeBack?.();
    const { claims, idToken, skew } = came;
    if (pending.newSince !== null && !(clock.fromWire(claims.auth_time) >= pending.newSince - FRACTIONS_MS))
      return failed('refused', 'the sign-in was not a new one', claims.sub);
    const at = clock.fromWire(claims.auth_time) - skew;
    await noteSignIn(claims, at);

    if (pending.stepUp) {
      await authenticate(services, cookies, request, { activity: true });
      const { session } = request;
      if (!session || session.id !== pending.stepUp.sessionId)
        return refused('the session to prove for is over', { kind: 'sign_in_expired' });
      const { purpose } = pending.stepUp;
      const fault = await recordStepUp(deps, reply, session, pending.stepUp, { ...came, at });
      if (fault) return stepUpFailed(tooWeak.has(fault) ? 'unmet' : 'refused', fault);
      const about = { event: 'user.authentication.step_up', subject: session.user_id } as const;
      await auditLog.event(request.actor, about, { outcome: 'success', reason: purpose });
      return reply.redirect(pending.returnTo, 302);
    }

    const read = () => services.users.read(claims.sub);
    const person = await runForRequest(request, { change: false, signIn: claims.sub }, read);
    if (person.status !== 'ACTIVE') {
      const locked = new ApiError('locked');
      return refused(
        `the account is ${person.status}`,
        person.status === 'LOCKED_OUT' ? { kind: 'error', error: locked } : { kind: 'sign_in_refused' },
        person.id,
      );
    }
    const earlier = cookies.session(request);
    const before = earlier === undefined ? null : await sessions.find(earlier, false);
    await services.helpdeskServices.names.note(person);
    const signIn = { at, begun: pending.startedAt };
    const begin = async (tx: Store) => {
      await assertSignedInSince(person.id, signIn, clock.now(), tx);
      if (before) await sessions.end(before.user_id, before.id, tx);
      const idTokenSealed = sealer.seal(idToken, idTokenContext({ user_id: person.id }));
      const { id, login, name, firstName: first_name, locale } = person;
      const { address, agent } = request.actor;
      const about = { user_id: id, login, name, first_name, locale, agent: agent.slice(0, 300), address };
      token = (await sessions.start({ ...about, auth_time: at, id_token: idTokenSealed }, tx)).token;
    };
    let token = '';
    try {
      await auditLog.event(
        { ...request.actor, userId: person.id },
        { event: 'user.session.start', subject: person.id },
        { outcome: 'success' },
        begin,
      );
    } catch (failure) {
      if (!(failure instanceof SignInTooOld)) throw failure;
      if (pending.newSince !== null)
        return refused('the sign-in is older than the end of all sessions', { kind: 'sign_in_expired' }, person.id);
      request.log.info(
        { subject: person.id, address: request.actor.address },
        'a sign-in from before the end of all sessions is asked for anew',
      );
      return go(
        request,
        reply,
        { maxAge: MAX_AGE.v1, login: person.login },
        { returnTo: pending.returnTo, stepUp: null },
      );
    }
    cookies.setSession(reply, token);
    return reply.redirect(pending.returnTo, 302);
  });
}
