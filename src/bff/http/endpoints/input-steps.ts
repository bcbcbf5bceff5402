import { ApiError } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import type { Operation } from '../../records/audit-log/audit-log.ts';
import { isFromElsewhere } from '../csrf.ts';
import { isAtOnce, isForHelpdesk, isStop } from '../policies.ts';
import type { ValidatedRequest } from './endpoint-row.ts';
import { parseInput } from './input.ts';
import type { Arrived, Nothing, Tools } from './steps.ts';

export type WithInput = Arrived & { readonly validated: ValidatedRequest<EndpointName>; readonly operation: Operation };

/** Checks the input, and begins the operation: by its row a request decides, or stops a thief. */
export function readInput({ endpoint, raw, row, request: { actor }, session }: Arrived) {
  const validated = { session, ...parseInput(endpoint, raw) } as ValidatedRequest<EndpointName>;
  const of = { actor, session, claim: null };
  const operation: Operation = isStop(row, validated.body)
    ? { ...of, type: 'stop' }
    : { ...of, type: 'decision', freezable: row.freezable === true || isForHelpdesk(row) };
  return { validated, operation };
}

/** Counts a request without a lock by its session, unless it stops a thief. */
export function limitSession({ row, request, validated }: WithInput): Nothing {
  if (row.unlocked && !isAtOnce(row, validated.body)) request.limitSession();
  return {};
}

/** Reads whom a request is about; null: nobody. */
export async function readSubject(
  { row, validated }: Pick<WithInput, 'row' | 'validated'>,
  { services }: Pick<Tools, 'services'>,
): Promise<string | null> {
  if (row.subject) return row.subject(validated, services);
  return isForHelpdesk(row) ? null : validated.session.user_id;
}

export const findSubject = async (value: WithInput, tools: Tools) => ({ subject: await readSubject(value, tools) });

/** Whether another site's link led here. */
export const isLinked = ({ endpoint, request }: Arrived) =>
  endpoint.method === 'GET' && isFromElsewhere(request.headers);

/**
 * Refuses other sites' links to what is recorded or takes a step-up: they must leave no row in somebody's name. A
 * return from Okta is let through if the session has stepped up for this person.
 */
export async function refuseOtherSites(
  value: WithInput & { subject: string | null },
  { services }: Tools,
): Promise<Nothing> {
  const { row, session, subject } = value;
  if (!isLinked(value) || !(row.event ?? row.stepUp)) return {};
  if (subject === null || !(await services.stepUps.isAbout(session, subject))) throw new ApiError('from_elsewhere');
  return {};
}
