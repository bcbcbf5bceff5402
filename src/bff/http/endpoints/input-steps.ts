import { ApiError } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import type { Operation } from '../../records/audit-log/audit-log.ts';
import { isFromElsewhere } from '../csrf.ts';
import { isAtOnce, isForHelpdesk, isStop } from '../policies.ts';
import type { ValidatedRequest } from './endpoint-row.ts';
import { parseInput } from './input.ts';
import type { Arrived, Nothing, Tools } from './steps.ts';

export type WithInput = Arrived & { readonly validated: ValidatedRequest<EndpointName>; readonly operation: Operation };

export function readInput({ endpoint, raw, row, request: { actor }, session }: Arrived) {
  const validated = { session, ...parseInput(endpoint, raw) } as ValidatedRequest<EndpointName>;
  const of = { actor, session, claim: null };
  const operation: Operation = isStop(row, validated.body)
    ? { ...of, type: 'stop' }
    : { ...of, type: 'decision', freezable: row.freezable === true || isForHelpdesk(row) };
  return { validated, operation };
}

/** Counts only requests without a lock (`unlocked`), except those that nothing may delay (`atOnce`). */
export function limitSession({ row, request, validated }: WithInput): Nothing {
  if (row.unlocked && !isAtOnce(row, validated.body)) request.limitSession();
  return {};
}

export async function readSubject(
  { row, validated }: Pick<WithInput, 'row' | 'validated'>,
  { services }: Pick<Tools, 'services'>,
): Promise<string | null> {
  if (row.subject) return row.subject(validated, services);
  return isForHelpdesk(row) ? null : validated.session.user_id;
}

export const findSubject = async (value: WithInput, tools: Tools) => ({ subject: await readSubject(value, tools) });

export const isLinked = ({ endpoint, request }: Arrived) =>
  endpoint.method === 'GET' && isFromElsewhere(request.headers);

/**
 * Another site's link must not write a row in somebody's name.
 * A return from Okta passes if the session stepped up for the subject. Throws `from_elsewhere`.
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
