import type { FastifyReply, FastifyRequest } from 'fastify';
import { getEndpoint } from '#contract/all.ts';
import type { EndpointName, ReplyOf } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { AuditLog, Operation } from '../../records/audit-log/audit-log.ts';
import { judgeFailure } from '../../platform/errors/api-errors.ts';
import type { StepUpCapabilities } from '../../identity/step-up/requirement.ts';
import type { StepUps } from '../../identity/step-up/step-ups.ts';
import type { Lock } from '../../platform/store/lock.ts';
import type { PortalUser, Users } from '../../identity/users/users.ts';
import { isRepeated } from '../admit.ts';
import type { Cookies } from '../cookies.ts';
import { isFromElsewhere } from '../csrf.ts';
import { runForRequest } from '../request-scope.ts';
import { departureOf } from '../departure.ts';
import { earlierAnswer, keyOf } from './earlier-answer.ts';
import {
  splitAnswer,
  type EndpointRows,
  type OnSomebody,
  type RequestContext,
  type ValidatedRequest,
} from './endpoint-row.ts';
import type { GuardFunctions } from './guard-functions.ts';
import { parseInput } from './input.ts';
import { noteRefusal } from './note-refusal.ts';
import { AlreadyClaimed } from '../repeats.ts';
import { isAtOnce, isForHelpdesk, type EndpointPolicy } from '../policies.ts';

type Raw = { params: unknown; query: unknown; body: unknown };
export type Runner = ReturnType<typeof createRunner>;

/** The services that the guards themselves use. */
type Needs = Parameters<typeof earlierAnswer>[0] &
  Parameters<typeof noteRefusal>[0] & {
    auditLog: AuditLog;
    users: Users;
    stepUps: StepUps;
    lock: Lock;
    assertWritable(): Promise<void>;
    capabilities(): Promise<StepUpCapabilities>;
  };

/** What the helpdesk's roles, scope and policy deny with. */
const denials = new Set(['forbidden', 'not_found', 'out_of_policy']);

const signedOut = () => new ApiError('signed_out');

/**
 * Runs endpoints behind their guards. The session was found on arrival.
 * @param rows every endpoint's guards and handler
 */
export function createRunner<Own, Allowed, Authorized, Services extends Needs>(
  services: Services,
  cookies: Cookies,
  rows: EndpointRows<EndpointName, Own, Allowed, Authorized, Services>,
  ask: GuardFunctions<Own, Allowed, Authorized>,
) {
  type RowContext = RequestContext<EndpointName, Operation> & Own;
  /** Any endpoint's row, as the guards see it. */
  type AnyRow = EndpointPolicy &
    Partial<OnSomebody<EndpointName, Allowed, Services>> & {
      locksAgent?: true;
      late?: true;
      handler(context: RowContext, services: Services): Promise<unknown>;
    };

  /** Whom a request is about. It is read before the lock and again under it, since a row in the store decides. */
  function subjectOf(row: AnyRow, validated: ValidatedRequest<EndpointName>): string | null | Promise<string | null> {
    if (row.subject) return row.subject(validated, services);
    return isForHelpdesk(row) ? null : validated.session.user_id;
  }

  /** Takes a change's locks: the subject's, then the agent's whose operations are counted. */
  function locked<T>(
    row: AnyRow,
    { session: { user_id: userId }, body }: ValidatedRequest<EndpointName>,
    subject: string | null,
    work: () => Promise<T>,
  ): Promise<T> {
    if (!row.change || row.unlocked || isAtOnce(row, body)) return work();
    const names = [...(subject === null ? [] : [`person ${subject}`]), ...(row.locksAgent ? [`agent ${userId}`] : [])];
    return names.reduceRight<() => Promise<T>>((inner, name) => () => services.lock(name, inner), work)();
  }

  /**
   * Throws if the caller may no longer do this.
   * @param now asks Okta without the cache
   */
  async function enter(row: AnyRow, method: string, { session, body }: ValidatedRequest<EndpointName>, now: boolean) {
    // A change or a look at another person does not start unless it can be recorded.
    if (row.change || row.event) await services.assertWritable();
    if (method !== 'GET' && !(await services.sessions.alive(session))) throw signedOut();
    const { users } = services;
    const atOnce = isAtOnce(row, body);
    const person = await (atOnce ? users.lastKnown(session) : users.current(session.user_id, now));
    if (isForHelpdesk(row) && !atOnce) await ask.assertHelpdeskRole(person, row.who, now);
    if (row.freezable) await ask.assertNotFrozen(session.user_id);
    return person;
  }

  /**
   * Throws if the helpdesk's policy denies a change of another person. Otherwise anybody could hold that person's lock
   * while Okta is slow. The cache may allow it, since all is asked again under the lock; only Okta denies it.
   */
  async function assertBeforeLock(
    row: AnyRow,
    method: string,
    validated: ValidatedRequest<EndpointName>,
    { operation, subject }: { operation: Operation; subject: string | null },
  ): Promise<void> {
    const { session } = validated;
    const check = async (now: boolean) => {
      await enter(row, method, validated, now);
      if (subject !== null && row.operations)
        await ask.authorizeOperation({ session, operation }, subject, row.operations(validated), now);
    };
    await check(false).catch((error: unknown) => {
      if (!(error instanceof ApiError) || !denials.has(error.code)) throw error;
      return check(true);
    });
  }

  /** Builds a handler's context, except the helpdesk's authorization. */
  function contextOf(
    { request, reply, row, method }: { request: FastifyRequest; reply: FastifyReply; row: AnyRow; method: string },
    validated: ValidatedRequest<EndpointName>,
    person: PortalUser,
    operation: Operation,
  ): RowContext {
    const { actor } = operation;
    const { session } = validated;
    const call: CallContext = {
      forwardedFor: actor.address,
      userAgent: actor.agent,
      acceptLanguage: request.headers['accept-language'],
      requestId: request.id,
    };
    // A call ends with the browser only if nobody else waits for it: no change, and no poll that other tabs share.
    if (method === 'GET' || row.forOneBrowser) call.signal = departureOf(reply);
    // A change may have waited for its lock since it arrived, so it reads the notes anew.
    const methods = ask.methodsOf(session.user_id, person, call, method === 'GET' ? session.factorNotes : undefined);
    let capabilities: Promise<StepUpCapabilities> | undefined;
    return {
      ...validated,
      ...methods,
      person,
      operation,
      capabilities: () => (capabilities ??= services.capabilities()),
      requirement: null,
      consumed: null,
    };
  }

  return async function run<N extends EndpointName>(
    name: N,
    request: FastifyRequest,
    reply: FastifyReply,
    raw: Raw,
  ): Promise<ReplyOf<N>> {
    const row = rows[name] as unknown as AnyRow;
    const endpoint = getEndpoint(name);
    const { method } = endpoint;
    const session = request.session!;
    const { user_id: userId } = session;
    const { actor } = request;
    const input = parseInput(endpoint, raw);
    const validated = { session, ...input } as ValidatedRequest<EndpointName>;
    if (row.unlocked && !isAtOnce(row, input.body)) request.limitSession();
    const operation: Operation = {
      ...{ actor, session, claim: null },
      ...(isAtOnce(row, input.body)
        ? { type: 'stop' }
        : { type: 'decision', freezable: row.freezable === true || isForHelpdesk(row) }),
    };
    const key = keyOf(request);
    const earlier = earlierAnswer(services, cookies, { request, reply, policy: row }, { name, key, ...input });
    if (isRepeated(request)) {
      const known = await earlier.find();
      if (!known) throw signedOut();
      return known.result as ReplyOf<N>;
    }

    /** Authorizes the staff member for the row's operations on the subject. */
    async function authorize(before: string | null) {
      const subject = await subjectOf(row, validated);
      if (subject === null || subject !== before) throw new ApiError('not_found');
      return ask.authorizeOperation({ session, operation }, subject, row.operations!(validated), row.change);
    }

    /** Builds the authorization for the handler of a row that is about a person. */
    async function authorizeOperation(
      subject: string | null,
    ): Promise<{ authorized: Authorized } | { authorize(): Promise<Authorized> }> {
      return row.late ? { authorize: () => authorize(subject) } : { authorized: await authorize(subject) };
    }

    const work = async (subject: string | null): Promise<unknown> => {
      // Checked under the lock: a repeat may have waited for the very request that it repeats.
      const known = await earlier.find();
      if (known) return known.result;
      let person = await enter(row, method, validated, row.change);
      // Before the key and the step-up, which an enrollment without a known outcome holds.
      if (row.enrolls && row.stepUp) await ask.reconcileEnrollments(userId);
      // Before the step-up, which the first request has consumed.
      if (await earlier.isDone()) return undefined;
      // The person may have had no other method than the cancelled ones.
      if (row.enrolls && (await ask.assertMayEnroll(userId, operation)))
        person = await enter(row, method, validated, true);
      const context = contextOf({ request, reply, row, method }, validated, person, operation);
      if (row.stepUp) Object.assign(context, await ask.requireStepUp(row.stepUp, context));
      try {
        if (row.operations) Object.assign(context, await authorizeOperation(subject));
        const claiming = { ...context, operation: { ...operation, claim: earlier.claim } };
        const { answer, cookies: changed } = splitAnswer(await row.handler(claiming, services));
        // The row says that this endpoint is recorded, so a handler that recorded nothing is a bug.
        if (row.event && !services.auditLog.recorded(operation))
          throw new Error(`${name} wrote no row of ${row.event}`);
        if (changed.session === 'ended') cookies.clearSession(reply);
        if (changed.frozenSince !== undefined)
          cookies.setFormResult(reply, 'freeze', String(changed.frozenSince ?? 'none'));
        if (changed.session === 'renewed') await earlier.renewSession(answer);
        else await earlier.keepAnswer(answer);
        return answer;
      } catch (error) {
        await earlier.keepRefusal(error);
        // Without a lock both requests may have begun.
        if (error instanceof AlreadyClaimed && (await earlier.isDone())) return undefined;
        if (row.change && judgeFailure(error).outcome === 'failure') await services.stepUps.restore(request.id);
        throw error;
      }
    };

    const fromElsewhere = method === 'GET' && isFromElsewhere(request.headers);
    let refusedAbout = userId;
    try {
      // A freeze takes no connection of those that changes may take.
      const scope = { ...row, change: row.change && !isAtOnce(row, validated.body) };
      const answer = await runForRequest(request, scope, async () => {
        const subject = await subjectOf(row, validated);
        if (subject !== null) refusedAbout = subject;
        // Another site's link must leave no row in somebody's name. Okta leads back to the person they stepped up for.
        if (fromElsewhere && (row.event ?? row.stepUp)) {
          if (subject === null || !(await services.stepUps.isAbout(session, subject)))
            throw new ApiError('from_elsewhere');
        }
        if (row.change && isForHelpdesk(row)) await assertBeforeLock(row, method, validated, { operation, subject });
        return locked(row, validated, subject, () => work(subject));
      });
      return answer as ReplyOf<N>;
    } catch (error) {
      const about = { name, policy: row, params: input.params, subject: refusedAbout, fromElsewhere };
      await noteRefusal(services, about, actor, error);
      throw error;
    }
  };
}
