import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError, errors } from '#contract/errors.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { StepUpCapabilities } from '../../identity/step-up/requirement.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import type { Operation } from '../../records/audit-log/audit-log.ts';
import { createDepartureSignal } from '../departure.ts';
import { isForHelpdesk, type EndpointPolicy } from '../policies.ts';
import type { Admitted, WithState } from './access-steps.ts';
import { splitAnswer, type RequestContext } from './endpoint-row.ts';
import { isLinked, type WithInput } from './input-steps.ts';
import type { Answer, Nothing, Tools } from './steps.ts';

type OfRequest = Omit<WithInput, 'locks'>;

/** At the helpdesk, `not_found` can mean a person outside the scope, so it is a refusal too. */
const isRefusal = (policy: EndpointPolicy, { code, cause }: ApiError) =>
  errors[code].refuses === true ||
  (isForHelpdesk(policy) && code === 'not_found') ||
  // If Okta refused the message, the audit log already has this outcome.
  (code === 'sent_too_soon' && cause === undefined);

export function recordRefusals(
  value: WithInput & { readonly subject: string | null },
  { services, atEnd }: Tools,
): Nothing {
  const { name, row, session, request, validated, subject } = value;
  atEnd(async (ended) => {
    const error = 'error' in ended ? ended.error : null;
    if (!(error instanceof ApiError) || !(row.change || isForHelpdesk(row)) || !isRefusal(row, error)) return ended;
    const isLacking = error.code === 'step_up_required' && error.details.purpose;
    const refusal = {
      event: isLacking ? 'access.step_up_required' : isForHelpdesk(row) ? 'helpdesk.refused' : 'access.refused',
      subject: subject ?? session.user_id,
      factorId: (validated.params as { factorId?: string }).factorId ?? null,
      kind: null,
    } as const;
    const code = isLinked(value) ? 'from_elsewhere' : error.code;
    await services.refusals.recordPerson(request.actor, refusal, `${name}: ${code}`);
    return ended;
  });
  return {};
}

function readOnce<T>(read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => (kept ??= read());
}

export function buildContext(
  {
    endpoint: { method },
    request,
    reply,
    row,
    session,
    validated,
    operation,
    person,
    state,
  }: OfRequest & Admitted & WithState & { readonly person: PortalUser },
  { ask, services }: Tools,
): { readonly context: RequestContext<EndpointName, Operation> } {
  const { actor } = operation;
  const call: CallContext = {
    forwardedFor: actor.address,
    userAgent: actor.agent,
    acceptLanguage: request.headers['accept-language'],
    requestId: request.id,
  };
  // Other tabs share some polls, and a change must not stop halfway.
  // The calls to Okta of such requests do not end when the browser disconnects.
  if (method === 'GET' || row.forOneBrowser) call.signal = createDepartureSignal(reply);
  // A change may have waited for its lock, so its records were read again under the lock.
  const records = method === 'GET' ? session.records : state?.records;
  const methods = ask.readMethods(session.user_id, person, call, records);
  const capabilities = readOnce<StepUpCapabilities>(() => services.capabilities());
  return { context: { ...validated, ...methods, person, operation, capabilities, requirement: null, consumed: null } };
}

export async function runHandler(
  { name, row, reply, context }: OfRequest & Admitted & { readonly context: RequestContext<EndpointName, Operation> },
  { services, cookies }: Tools,
): Promise<Answer> {
  const { answer, cookies: changes } = splitAnswer(await row.handler(context, services));
  if (row.event && !services.auditLog.recorded(context.operation))
    throw new Error(`${name} wrote no row of ${row.event}`);
  if (changes.session === 'ended') cookies.clearSession(reply);
  if (changes.frozen !== undefined) cookies.setFreezeResult(reply, changes.frozen);
  return { answer, isRenewed: changes.session === 'renewed' };
}
