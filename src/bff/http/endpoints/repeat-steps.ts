import type { FastifyRequest } from 'fastify';
import { headers as ours, type EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { classifyFailure } from '../../platform/errors/api-errors.ts';
import { tolerate } from '../../platform/store/failure.ts';
import { sha256 } from '../../platform/store/secrets.ts';
import type { Store } from '../../platform/store/open.ts';
import { isRepeated } from '../admit.ts';
import { AlreadyClaimed, isStrongKey, pickRefusal, resultAgain, type Keyed, type Repeatable } from '../repeats.ts';
import type { Operation } from '../../records/audit-log/audit-log.ts';
import type { RequestContext } from './endpoint-row.ts';
import type { Admitted } from './access-steps.ts';
import type { WithInput } from './input-steps.ts';
import type { Answer, Arrived, EndedRequest, Nothing, Tools } from './steps.ts';

/** `repeatable` is null if a repeat does not get the stored result. */
type Key = { readonly keyed: Keyed | null; readonly repeatable: Repeatable | null };
type WithKey = Pick<Arrived, 'row' | 'request' | 'reply' | 'session' | 'endpoint'> & { readonly key: Key };
type Repeated = WithKey & { readonly subject: string | null };

/** Throws `bad_request` for a key that can be guessed. */
function readIdempotencyKey({ headers }: FastifyRequest): string | null {
  const key = headers[ours.idempotencyKey];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !isStrongKey(key)) throw new ApiError('bad_request');
  return key;
}

export function readKey(
  { name, row, request, validated: { params, body } }: WithInput & { name: EndpointName },
  { cookies }: Tools,
): { readonly key: Key } {
  const text = readIdempotencyKey(request);
  const keyed = text === null ? null : { key: text, name, params, body };
  const token = cookies.session(request);
  return { key: { keyed, repeatable: row.repeats && keyed && token !== undefined ? { ...keyed, token } : null } };
}

/** Also sets the session's new cookie, because the earlier answer may have been lost. */
export async function answerEarlier(
  { session, reply, key: { repeatable } }: WithKey,
  { services, cookies }: Tools,
): Promise<Answer | Nothing> {
  const earlierRequest = repeatable && (await services.repeats.find(session, repeatable));
  if (!earlierRequest) return {};
  const now = await services.sessions.live(session.id);
  if (!now) throw new ApiError('signed_out');
  if (earlierRequest.token !== null && sha256(earlierRequest.token) === now.token_hash)
    cookies.setSession(reply, earlierRequest.token);
  else if (sha256(repeatable.token) !== now.token_hash) throw new ApiError('signed_out');
  return { answer: resultAgain(earlierRequest) };
}

export async function answerReplacedCookie(value: WithKey, tools: Tools): Promise<Answer | Nothing> {
  if (!isRepeated(value.request)) return {};
  const earlier = await answerEarlier(value, tools);
  if ('answer' in earlier) return earlier;
  throw new ApiError('signed_out');
}

/** For endpoints whose repeats do not get the stored result. */
const isClaimed = ({ row, key: { keyed } }: Pick<WithKey, 'row' | 'key'>): Keyed | null =>
  row.change && !row.repeats ? keyed : null;

/**
 * Answers a repeat without a body if the endpoint's answers have none.
 * Otherwise throws `already_done`, `already_enrolled` or `open_elsewhere`.
 */
export async function answerDone(value: Repeated, { services, ask }: Tools): Promise<Answer | Nothing> {
  const { row, session, endpoint, subject } = value;
  const keyed = isClaimed(value);
  const reconcile = () => ask.reconcileLost(subject ?? session.user_id);
  const done = keyed && (await services.repeats.findDone(session.user_id, keyed, reconcile));
  if (!done) return {};
  if (endpoint.answer === 'none') return { answer: undefined };
  const { factorId } = done;
  const isMade = row.stepUp === 'enroll' || row.stepUp === 'replace';
  const details = factorId === null ? {} : { factorId };
  // The first answer was lost, but this session may still finish the enrollment.
  if (isMade && factorId !== null && (await services.stepUps.granted(session, factorId)))
    throw new ApiError('open_elsewhere', details);
  throw new ApiError(isMade ? 'already_enrolled' : 'already_done', details);
}

async function renew({ session, reply, key: { repeatable } }: WithKey, { services, cookies }: Tools, answer: unknown) {
  const { repeats, sessions, clock } = services;
  const beside =
    repeatable && ((fresh: string, tx: Store) => repeats.keep(session, repeatable, { answer, token: fresh }, tx));
  const fresh = await sessions.renew(session, { verified_at: clock.now() }, beside ?? undefined);
  // Null: a parallel request of this browser was faster, and its answer sets the cookie.
  if (fresh !== null) cookies.setSession(reply, fresh);
}

export function keepResult(value: Repeated & Admitted, tools: Tools): Nothing {
  const { session, row, request, key } = value;
  const { services } = tools;
  const keep = async (result: Parameters<typeof services.repeats.keep>[2]) => {
    if (key.repeatable && row.repeats === 'always')
      await tolerate(services.repeats.keep(session, key.repeatable, result));
  };
  const refused = async (error: unknown): Promise<EndedRequest> => {
    if (error instanceof ApiError) await keep({ refusal: pickRefusal(error), token: null });
    const keyed = isClaimed(value);
    if (keyed && classifyFailure(error).outcome === 'failure')
      await services.repeats.freeKey(session.user_id, keyed, request.id);
    // Without a lock, the first request and its repeat may run at the same time.
    const done = error instanceof AlreadyClaimed ? await answerDone(value, tools) : {};
    return 'answer' in done ? done : { error };
  };
  tools.atEnd(async (ended) => {
    if ('error' in ended) return refused(ended.error);
    try {
      if (ended.isRenewed) await renew(value, tools, ended.answer);
      else await keep({ answer: ended.answer, token: null });
      return ended;
    } catch (error) {
      return refused(error);
    }
  });
  return {};
}

export function claimKey<Context extends RequestContext<EndpointName, Operation>>(
  value: WithKey & Admitted & { readonly context: Context },
  { services }: Tools,
): { readonly context: Context } {
  const { session, request, context } = value;
  const keyed = isClaimed(value);
  const claim = keyed && services.repeats.claim(session.user_id, keyed, request.id);
  return { context: { ...context, operation: { ...context.operation, claim } } };
}
