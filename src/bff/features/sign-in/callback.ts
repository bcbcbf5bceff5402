import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import { freeText, findSignInError, type FreeText, type SignInFault } from '#contract/audit-log/audit-reasons.ts';
import { ApiError } from '#contract/errors.ts';
import type { PageProblem } from '#contract/page.ts';
import { getReason } from '#database/errors.ts';
import { runForRequest } from '../../http/request-scope.ts';
import { authenticate } from '../../http/admit.ts';
import { SignInTooOld } from '../../identity/sessions/revocations.ts';
import { strengthOfSignIn } from '../../identity/step-up/requirement.ts';
import { logMessage } from '../../platform/lifecycle/log-messages.ts';
import type { Pending } from './attempts.ts';
import { redirectToNewSignIn, throwUnavailable, type SignInDeps } from './begin-sign-in.ts';
import { readAcr, readAmr, SignInRefused, type IdClaims } from './provider.ts';
import { recordStepUp, tooWeak } from './record-step-up.ts';
import { startSession } from './start-session.ts';

/** Okta's error if the person has no method for the requested `acr`. */
const UNMET = 'unmet_authentication_requirements';
/** Okta's tokens and headers have whole seconds. */
const FRACTIONS_MS = 2000;
const LONGEST_CAUSE = 300;
const REFUSED = { kind: 'sign_in_refused' } as const;
const EXPIRED = { kind: 'sign_in_expired' } as const;

const text = z.string().check(z.maxLength(2000));
const callbackQuery = z.object({ state: text, code: z.optional(text), iss: z.optional(text), error: z.optional(text) });

type Answered = { deps: SignInDeps; request: FastifyRequest; reply: FastifyReply };
type Callback = Answered & { pending: Pending };
type Reason = SignInFault | FreeText;
/** `at`: `auth_time` in ms since 1970 by the portal's clock. */
type SignedIn = { claims: IdClaims; idToken: string; at: number };

async function refuseSignIn(
  { deps, request, reply }: Answered,
  reason: Reason,
  problem: PageProblem,
  subject: string | null = null,
): Promise<void> {
  await deps.services.refusals.record(request.actor, { event: 'user.session.refused', subject }, reason);
  return deps.problemPage(request, reply, problem);
}

async function refuseStepUp(
  { deps, request, reply, pending }: Callback,
  { purpose, userId, strength }: NonNullable<Pending['stepUp']>,
  reason: Reason,
  problem: 'unmet' | 'refused',
) {
  const details = { event: 'user.authentication.step_up', subject: userId } as const;
  await deps.services.auditLog.event(request.actor, details, { outcome: 'failure', reason });
  const query = new URLSearchParams({ purpose, returnTo: pending.returnTo, problem, strength: String(strength) });
  return reply.redirect(`/step-up?${query}`, 302);
}

const refuse = (callback: Callback, reason: Reason, problem: 'unmet' | 'refused', subject?: string) =>
  callback.pending.stepUp
    ? refuseStepUp(callback, callback.pending.stepUp, reason, problem)
    : refuseSignIn(callback, reason, REFUSED, subject);

/** Returns false if an earlier callback has used the attempt. */
function consumeAttempt({ deps: { attempts, cookies }, reply, pending }: Callback): Promise<boolean> {
  cookies.clearAttempt(reply, pending.state);
  return attempts.consume(pending);
}

/**
 * Returns null if the attempt was used before. Throws SignInRefused if Okta's answer is not valid.
 * Throws TooMany before the attempt is used, so that the person can reload the page.
 */
async function exchangeCode(callback: Callback, code: string, iss: string | undefined) {
  const { deps, request, pending } = callback;
  const { cookies, limiter, provider, services } = deps;
  const session = pending.stepUp && (await services.sessions.find(cookies.session(request) ?? '', false));
  const stepsUp = session !== null && session.id === pending.stepUp?.sessionId;
  const end = await limiter?.exchange(request.actor.address, stepsUp ? session.id : null);
  let refused = false;
  try {
    if (!(await consumeAttempt(callback))) return null;
    return await runForRequest(request, { change: false }, async () => ({
      ...(await provider.finish(code, iss, pending)),
      skew: await services.orgSkew(),
    }));
  } catch (failure) {
    refused = failure instanceof SignInRefused;
    if (refused) throw failure;
    return throwUnavailable(deps, failure);
  } finally {
    end?.(refused);
  }
}

async function finishStepUp(callback: Callback, stepUp: NonNullable<Pending['stepUp']>, signedIn: SignedIn) {
  const { deps, request, reply, pending } = callback;
  await authenticate(deps.services, deps.cookies, request, { activity: true });
  const { session } = request;
  if (!session || session.id !== stepUp.sessionId)
    return refuseSignIn(callback, 'the session to prove for is over', EXPIRED);
  const recorded = await recordStepUp(deps, request, reply, session, stepUp, signedIn);
  if ('fault' in recorded)
    return refuseStepUp(callback, stepUp, recorded.fault, tooWeak.has(recorded.fault) ? 'unmet' : 'refused');
  const details = { event: 'user.authentication.step_up', subject: session.user_id } as const;
  await deps.services.auditLog.event(request.actor, details, { outcome: 'success', reason: recorded.proven });
  return reply.redirect(pending.returnTo, 302);
}

async function finishSignIn(callback: Callback, { claims, idToken, at }: SignedIn) {
  const { deps, request, reply, pending } = callback;
  const { users } = deps.services;
  const scope = { change: false, signIn: claims.sub };
  const person = await runForRequest(request, scope, () => users.read(claims.sub));
  if (person.status !== 'ACTIVE') {
    const isLocked = person.status === 'LOCKED_OUT';
    const problem = isLocked ? { kind: 'error' as const, error: new ApiError('locked') } : REFUSED;
    return refuseSignIn(callback, `the account is ${person.status}`, problem, person.id);
  }
  try {
    const token = await startSession(deps, request, person, { idToken, at, pending });
    if (token === null) return refuseSignIn(callback, 'too many sessions', { kind: 'too_many_sessions' }, person.id);
    deps.cookies.setSession(reply, token);
    return reply.redirect(pending.returnTo, 302);
  } catch (failure) {
    if (!(failure instanceof SignInTooOld)) throw failure;
  }
  if (pending.newSince !== null)
    return refuseSignIn(callback, 'the sign-in is older than the end of all sessions', EXPIRED, person.id);
  request.log.info(
    { subject: person.id, address: request.actor.address },
    'a sign-in from before the end of all sessions is asked for anew',
  );
  return redirectToNewSignIn(deps, request, reply, person.login, pending.returnTo);
}

export async function answerCallback(deps: SignInDeps, request: FastifyRequest, reply: FastifyReply) {
  const { attempts, cookies, services } = deps;
  const answered = { deps, request, reply };
  const query = z.safeParse(callbackQuery, request.query);
  if (!query.success) return refuseSignIn(answered, 'malformed callback', EXPIRED);
  const { state, code, iss, error } = query.data;
  const sealed = cookies.attempt(request, state);
  const pending = sealed === undefined ? null : attempts.open(state, sealed);
  const refuseOld = () => refuseSignIn(answered, 'no such attempt', EXPIRED);
  if (!pending) return refuseOld();
  const callback = { ...answered, pending };
  if (error !== undefined || code === undefined) {
    if (!(await consumeAttempt(callback))) return refuseOld();
    return refuse(callback, findSignInError(error), error === UNMET ? 'unmet' : 'refused');
  }
  let exchanged;
  try {
    exchanged = await exchangeCode(callback, code, iss);
  } catch (failure) {
    if (!(failure instanceof SignInRefused)) throw failure;
    const { message: reason, cause } = failure;
    const because = cause === undefined ? null : getReason(cause).slice(0, LONGEST_CAUSE);
    logMessage(request.log, 'a sign-in was refused', { reason, because });
    return refuse(callback, freeText(reason), 'refused');
  }
  if (!exchanged) return refuseOld();
  const { claims, idToken, skew } = exchanged;
  const signedInAt = services.clock.fromWire(claims.auth_time);
  if (pending.newSince !== null && !(signedInAt >= pending.newSince - FRACTIONS_MS))
    return refuse(callback, 'the sign-in was not a new one', 'refused', claims.sub);
  const at = signedInAt - skew;
  // A sign-in at Okta permits codes again after too many wrong ones, even if the portal then refuses the sign-in.
  await services.codeAttempts.signedIn(claims.sub, at, strengthOfSignIn(readAmr(claims), readAcr(claims)));
  return pending.stepUp
    ? finishStepUp(callback, pending.stepUp, { claims, idToken, at })
    : finishSignIn(callback, { claims, idToken, at });
}
