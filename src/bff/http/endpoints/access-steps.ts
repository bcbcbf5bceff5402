import { ApiError, errors } from '#contract/errors.ts';
import { takeLock } from '../../platform/store/lock.ts';
import type { SessionState } from '../../identity/sessions/sessions.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import { isAtOnce, isForHelpdesk, isStop } from '../policies.ts';
import { readSubject, type WithInput } from './input-steps.ts';
import { walk, type Nothing, type Steps, type Tools } from './steps.ts';

type Locks = 'free' | 'held';
/** `free`: the check ran before the locks were taken. `held`: it ran under them. */
type StepsDone<Names extends string, L extends Locks> = { readonly [N in Names]: L };
/** `isFresh`: reads from Okta without the cache. */
type On<L extends Locks> = Omit<WithInput, 'locks'> & { readonly locks: L; readonly isFresh: boolean };
/** Null: the state was not read. */
export type WithState = { readonly state: SessionState | null };
/** The checks that must pass under the locks before a step-up is consumed. */
export type Admitted = StepsDone<'locks' | 'alive' | 'active' | 'role' | 'notFrozen', 'held'>;
export type WithSubject = On<'free'> & { readonly subject: string | null };

/** A request that stops a thief is checked only before the locks. */
const isAdmitted = ({ row, locks }: { row: WithInput['row']; locks: Locks }) => row.stops === true && locks === 'held';

/** Throws `store_unavailable` if the store cannot be written to. */
export async function assertWritable({ row }: Pick<WithInput, 'row'>, { services }: Tools): Promise<Nothing> {
  if (row.change || row.event) await services.assertWritable();
  return {};
}

/** Throws `signed_out` if the session has ended. Most GETs are not checked. */
export async function assertAlive<L extends Locks>(
  { row, endpoint, session, locks }: On<L>,
  { services }: Tools,
): Promise<StepsDone<'alive', L> & WithState> {
  if (isAdmitted({ row, locks }) || (endpoint.method === 'GET' && !row.freezable)) return { alive: locks, state: null };
  const state = await services.sessions.readState(session);
  if (!state) throw new ApiError('signed_out');
  return { alive: locks, state };
}

/** Throws unless the person is ACTIVE. With `atOnce`, Okta is not asked. */
export async function readPerson<L extends Locks>(
  { row, session, validated, locks, isFresh }: On<L>,
  { services: { users } }: Tools,
): Promise<StepsDone<'active', L> & { readonly person: PortalUser }> {
  const atOnce = isAtOnce(row, validated.body);
  const person = await (atOnce ? users.lastKnown(session) : users.current(session.user_id, isFresh));
  return { active: locks, person };
}

export async function assertRole<L extends Locks>(
  { row, validated, person, locks, isFresh }: On<L> & { readonly person: PortalUser },
  { ask }: Tools,
): Promise<StepsDone<'role', L>> {
  const isAsked = isForHelpdesk(row) && !isAtOnce(row, validated.body) && !isAdmitted({ row, locks });
  if (isAsked) await ask.assertHelpdeskRole(person, row.who, isFresh);
  return { role: locks };
}

export function assertNotFrozen<L extends Locks>({ row, state, locks }: On<L> & WithState): StepsDone<'notFrozen', L> {
  if (row.freezable && state?.frozenAt != null) throw new ApiError('frozen');
  return { notFrozen: locks };
}

export async function authorizeNow(
  { row, subject, validated, session, operation, isFresh }: WithSubject,
  { ask }: Tools,
): Promise<Nothing> {
  if (subject !== null && row.operations)
    await ask.authorizeOperation({ session, operation }, subject, row.operations(validated), isFresh);
  return {};
}

const isDenial = (error: unknown) => error instanceof ApiError && errors[error.code].denies === true;

/**
 * Without these checks, people without permission could hold the lock while Okta is slow. Cached data may allow the
 * change, because the checks run again under the lock. If cached data refuse the change, fresh data decide.
 */
export const beforeLock =
  (steps: Steps<WithSubject, unknown>) =>
  async (value: Omit<WithSubject, 'isFresh'>, tools: Tools): Promise<Nothing> => {
    if (!value.row.change || !isForHelpdesk(value.row)) return {};
    await walk(steps, { ...value, isFresh: false }, tools).catch((error: unknown) => {
      if (!isDenial(error)) throw error;
      return walk(steps, { ...value, isFresh: true }, tools);
    });
    return {};
  };

/** People's own changes wait behind the helpdesk's, so that a thief's session cannot delay the helpdesk. */
export async function takeLocks(
  { row, session, subject, validated }: Omit<WithSubject, 'isFresh'>,
  { services, atEnd }: Tools,
): Promise<{ readonly locks: 'held'; readonly isFresh: boolean }> {
  const names = [
    ...(subject === null ? [] : [`person ${subject}`]),
    ...(row.locksAgent ? [`agent ${session.user_id}`] : []),
  ];
  const takesNone = !row.change || row.unlocked || isStop(row, validated.body);
  const last = !isForHelpdesk(row);
  for (const name of takesNone ? [] : names) {
    const release = await takeLock(services.lock, name, { last });
    atEnd(async (ended) => (await release(), ended));
  }
  return { locks: 'held', isFresh: row.change };
}

/** The handler of a `late` row asks for the permission itself. */
export async function authorize<Context extends object>(
  value: Omit<WithInput, 'locks'> & Admitted & { readonly subject: string | null; readonly context: Context },
  tools: Tools,
): Promise<{ readonly context: Context }> {
  const { row, context, operation, session, validated } = value;
  const ask = async () => {
    const subject = await readSubject(value, tools);
    if (subject === null || subject !== value.subject) throw new ApiError('not_found');
    return tools.ask.authorizeOperation({ session, operation }, subject, row.operations!(validated), row.change);
  };
  if (!row.operations) return { context };
  return { context: { ...context, ...(row.late ? { authorize: ask } : { authorized: await ask() }) } };
}
