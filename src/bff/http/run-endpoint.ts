import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '#contract/errors.ts';
import { endpointOf } from '#contract/all.ts';
import { headers as ours } from '#contract/endpoints.ts';
import type { BodyOf, EndpointName, ReplyOf } from '#contract/endpoints.ts';
import type { Actor } from '../audit-log/audit-log.ts';
import { assertNoMethods, readSecurityMethods } from '../context.ts';
import type { RequestContext, Handler, Services } from '../context.ts';
import { judgeFailure } from '../errors/api-errors.ts';
import { redeemRecoveryCode } from '../helpdesk/recovery-codes/redeem-recovery-code.ts';
import { assertNotFrozen } from '../helpdesk/freezes/assert-not-frozen.ts';
import type { PortalUser } from '../users/users.ts';
import type { StepUpRequirement } from '../step-up/requirement.ts';
import { requirementOfPurpose, STEP_UP_MS } from '../step-up/requirement.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Cookies } from './cookies.ts';
import { runForRequest } from './deadline.ts';
import { tolerate } from '../store/failure.ts';
import { policies } from './policies.ts';
import type { EndpointPolicy } from './policies.ts';
import { parseInput } from './input.ts';
import { isStrongKey, refusalOf, resultAgain } from './repeats.ts';
import { hashOf } from '../store/secrets.ts';
import type { Store } from '../store/open.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The live session it came with, found by the guard. */
    session: Session | null;
    actor: Actor;
  }
}

/** Codes that the audit log keeps as refusals: somebody was kept from something. */
const refusals = new Set([
  'csrf',
  'forbidden',
  'step_up_required',
  'last_factor',
  'required_factor',
  'too_many_attempts',
  'locked',
  'out_of_policy',
  'caller_verification_required',
  'recovery_code_required',
  'limit_reached',
  'message_limit',
  'frozen',
]);

/** Requests that came with a cookie which is good for nothing but to hear again what became of them. */
const repeated = new WeakSet<FastifyRequest>();

const policyOf = ({ routeOptions }: FastifyRequest): EndpointPolicy | undefined =>
  (policies as Partial<Record<string, EndpointPolicy>>)[routeOptions.config.policy ?? ''];

/** Finds the session of a request; throws `signed_out` where there must be one. */
export async function authenticate(
  services: Services,
  cookies: Cookies,
  request: FastifyRequest,
  must: boolean,
  activity: boolean,
): Promise<void> {
  const token = cookies.session(request);
  const active = activity && request.headers[ours.poll] !== '1';
  request.session = token === undefined ? null : await services.sessions.find(token, active);
  const key = request.headers[ours.idempotencyKey];
  if (request.session) await tolerate(services.repeats.noteArrival(request.session));
  else if (token !== undefined && typeof key === 'string' && policyOf(request)?.repeats) {
    // The cookie is another one by now, but its answer may have been lost: what was asked decides, once it is read.
    const id = await services.repeats.renewedFrom(token, key);
    request.session = id === null ? null : await services.sessions.live(id);
    if (request.session) repeated.add(request);
  }
  if (request.session) request.actor.userId = request.session.user_id;
  if (must && !request.session) throw new ApiError('signed_out', 'You are signed out.');
}

function purposeOf(
  stepUp: 'enroll' | 'remove' | 'sessions',
  params: { factorId?: string },
  body: BodyOf<'enrollFactor'>,
): string {
  if (stepUp === 'enroll') return `enroll:${body.kind}`;
  return stepUp === 'remove' ? `remove:${params.factorId}` : 'sessions';
}

/**
 * Judges the proof a request needs and spends it. Returns the need (null: none) and the spent proof, to give back
 * should nothing come of it. A fresh sign-in serves whoever holds nothing, and for ending other sessions any proof of
 * the last 5 minutes does.
 */
async function requireStepUp(
  services: Services,
  context: RequestContext<EndpointName>,
): Promise<{ requirement: StepUpRequirement | null; consumed: string | null }> {
  const { stepUps, clock } = services;
  const { session } = context;
  const { stepUp } = policies[context.name];
  if (!stepUp) return { requirement: null, consumed: null };
  const purpose = purposeOf(stepUp, context.params as never, context.body as never);
  if (stepUp === 'sessions' && clock.now() - session.verified_at <= STEP_UP_MS)
    return { requirement: null, consumed: null };
  const whole = await context.securityMethods();
  if (stepUp === 'enroll') assertNoMethods(whole, context.person);
  const requirement = requirementOfPurpose(purpose, whole.methods, context.capabilities);
  if (!requirement) return { requirement, consumed: null };
  const fresh = stepUp === 'sessions' ? session.verified_at : session.auth_time;
  if (requirement.strength === 0 && clock.now() - fresh <= STEP_UP_MS) {
    if (stepUp === 'enroll') await redeemRecoveryCode(services, context as never);
    return { requirement, consumed: null };
  }
  const consumed =
    requirement.strength > 0 || stepUp !== 'enroll'
      ? await stepUps.consume(session, purpose, requirement.strength)
      : null;
  if (consumed) return { requirement, consumed };
  const { strength, options } = requirement;
  throw new ApiError('step_up_required', 'First prove that it is you.', { purpose, strength, options });
}

/** To look for somebody whom one may not know of is being kept from something, too. */
const isRefusal = (policy: EndpointPolicy, { code }: ApiError) =>
  refusals.has(code) || (isForHelpdesk(policy) && code === 'not_found');
const isForHelpdesk = ({ who }: EndpointPolicy) => who === 'agent' || who === 'admin' || who === 'staff';

/**
 * Throws `not_found` where there is no helpdesk, `forbidden` for whoever does not work there in the way asked for,
 * `frozen`.
 */
async function assertHelpdeskRole(
  services: Services,
  person: PortalUser,
  { who, change }: EndpointPolicy,
): Promise<void> {
  const { helpdesk, helpdeskServices } = services;
  if (!helpdesk) throw new ApiError('not_found', 'There is nothing at this address.');
  const { agent, admin } = await helpdesk.rolesOf(person.id, change);
  const may = { agent, admin, staff: agent || admin }[who as 'agent' | 'admin' | 'staff'];
  if (!may) throw new ApiError('forbidden', 'You do not work at the helpdesk.');
  // Somebody else may be using this account: it reads nothing about others and changes nothing of theirs.
  await assertNotFrozen(services, person.id);
  await tolerate(helpdeskServices.names.note(person));
}

/** Runs one endpoint's handler behind all its guards. The session was found on the way in. */
export async function runEndpoint<N extends EndpointName>(
  services: Services,
  cookies: Cookies,
  name: N,
  handler: Handler<N>,
  request: FastifyRequest,
  reply: FastifyReply,
  raw: { params: unknown; query: unknown; body: unknown },
): Promise<ReplyOf<N>> {
  const session = request.session!;
  const policy = policies[name];
  const input = parseInput(endpointOf(name), raw);
  const key = request.headers[ours.idempotencyKey];
  if (key !== undefined && (typeof key !== 'string' || !/^[\x21-\x7e]{8,100}$/.test(key))) {
    throw new ApiError('bad_request', 'That is no Idempotency-Key.');
  }
  const token = cookies.session(request);
  if (policy.repeats && key !== undefined && !isStrongKey(key))
    throw new ApiError('bad_request', 'That Idempotency-Key can be guessed.');
  const repeatable = policy.repeats && key !== undefined && token !== undefined ? { token, key, name, ...input } : null;

  /** What became of this very request before, or null when it is new. Gives the browser the cookie that it missed. */
  const before = async (): Promise<{ result: ReplyOf<N> } | null> => {
    const known = repeatable && (await services.repeats.find(session, repeatable));
    if (!known) return null;
    const now = await services.sessions.live(session.id);
    if (!now || token === undefined) throw new ApiError('signed_out', 'You are signed out.');
    if (known.token !== null && hashOf(known.token) === now.token_hash) cookies.setSession(reply, known.token);
    else if (hashOf(token) !== now.token_hash) throw new ApiError('signed_out', 'You are signed out.');
    return { result: resultAgain(known) as ReplyOf<N> };
  };
  if (repeated.has(request)) {
    const known = await before();
    if (known) return known.result;
    throw new ApiError('signed_out', 'You are signed out.');
  }

  const run = async (): Promise<ReplyOf<N>> => {
    // Behind the lock: a repeat may have waited for the very request that it repeats.
    const known = await before();
    if (known) return known.result;
    // What could not be recorded is not begun: neither a change, nor a look at somebody else.
    if (policy.change || policy.event) await services.assertWritable();
    if (endpointOf(name).method !== 'GET' && !(await services.sessions.alive(session)))
      throw new ApiError('signed_out', 'You are signed out.');
    const person = await services.users.current(session.user_id, policy.change);
    if (isForHelpdesk(policy)) await assertHelpdeskRole(services, person, policy);
    if (policy.freezable) await assertNotFrozen(services, session.user_id);
    const factors = services.factorsOf(session.user_id, {
      forwardedFor: request.actor.address,
      userAgent: request.actor.agent,
      acceptLanguage: request.headers['accept-language'],
      requestId: request.id,
      // Only what one browser alone waits for ends with it: neither a change, nor a poll that other tabs share.
      ...((endpointOf(name).method === 'GET' || policy.forOneBrowser) && { signal: abortOf(reply) }),
    });
    let renewed = false;
    const keep = async (result: Parameters<typeof services.repeats.keep>[2]) => {
      if (repeatable && policy.repeats === 'always' && !renewed)
        await tolerate(services.repeats.keep(session, repeatable, result));
    };
    const context: RequestContext<N> = {
      name,
      session,
      person,
      factors,
      params: input.params,
      query: input.query,
      body: input.body,
      actor: request.actor,
      securityMethods: readSecurityMethods(services, person, factors),
      capabilities: await services.capabilities(),
      requirement: null,
      idempotencyKey: key ?? null,
      async renewSession(answer) {
        const keep =
          repeatable &&
          ((fresh: string, step: Store) => services.repeats.keep(session, repeatable, { answer, token: fresh }, step));
        const fresh = await services.sessions.renew(session, { verified_at: services.clock.now() }, keep ?? undefined);
        // Another request of this browser's was quicker, and its answer brings the cookie.
        if (fresh === null) return;
        cookies.setSession(reply, fresh);
        renewed = true;
      },
      endSession: () => void cookies.clearSession(reply),
    };
    // A repeat is judged before the proof: the first one has spent it.
    if (key !== undefined && policy.stepUp === 'enroll') await services.idempotency.assertNew(session.user_id, key);
    const { requirement, consumed } = await requireStepUp(services, context as never);
    context.requirement = requirement;
    try {
      const answer = await handler(context);
      // The table says that this is recorded; a handler that forgot is a fault, not a matter of taste.
      if (policy.event && !services.auditLog.recorded(request.actor))
        throw new Error(`${name} left no trace of ${policy.event}`);
      await keep({ answer, token: null });
      return answer;
    } catch (error) {
      if (error instanceof ApiError) await keep({ refusal: refusalOf(error), token: null });
      if (consumed && judgeFailure(error).outcome === 'failure') await services.stepUps.restore(consumed);
      throw error;
    }
  };

  // A change by the helpdesk is one to the person it is about; where only its own number is known, the handler finds
  // out who
  // that is, and locks.
  const whom = isForHelpdesk(policy) ? userIdOf(input.params) : session.user_id;
  try {
    return await runForRequest(request, policy, () =>
      policy.change && whom !== null ? services.lock(`person ${whom}`, run) : run(),
    );
  } catch (error) {
    // What the org itself found too soon has its outcome in the audit log already.
    const tooSoon =
      error instanceof ApiError && error.code === 'sent_too_soon' && !services.auditLog.recorded(request.actor);
    if (
      (policy.change || isForHelpdesk(policy)) &&
      error instanceof ApiError &&
      (tooSoon || isRefusal(policy, error))
    ) {
      const about = {
        event: isForHelpdesk(policy) ? 'helpdesk.refused' : 'access.refused',
        subject: whom ?? session.user_id,
        factorId: factorIdOf(input.params),
        kind: null,
      } as const;
      await services.refusals.notePerson(request.actor, about, `${name}: ${error.code}`);
    }
    throw error;
  }
}

const userIdOf = (params: { userId?: string }) => params.userId ?? null;
const factorIdOf = (params: { factorId?: string }) => params.factorId ?? null;

/** Aborts when the browser goes away before it was answered; a change goes on all the same. */
function abortOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
