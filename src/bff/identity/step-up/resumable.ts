import type { Factor, Home } from '#contract/endpoints.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { findSecurityMethod, isPending, type SecurityMethod } from '../methods/security-methods.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Replacements } from './replacements.ts';
import { findFinished } from './requirement.ts';
import type { StepUps } from './step-ups.ts';

type Resumable = NonNullable<Factor['resumable']>;

/** `sessionId`: of the session that may continue. */
export function findResumable({ id }: Session, sessionId: string | null | undefined): Resumable {
  if (sessionId == null) return 'nowhere';
  return sessionId === id ? 'here' : 'elsewhere';
}

/** Reads enrollments only if a method is unfinished. */
export async function readResumable(
  { stepUps, replacements }: { stepUps: StepUps; replacements: Pick<Replacements, 'listOpen'> },
  session: Session,
  methods: readonly SecurityMethod[],
): Promise<{ find: (method: SecurityMethod) => Resumable; replacing: Home['replacing'] }> {
  const pending = methods.filter(isPending);
  const [enrollments, open] = await Promise.all([
    stepUps.mapOpenEnrollments(pending.map(({ id }) => id)),
    replacements.listOpen(session.user_id),
  ]);
  const find = ({ id }: SecurityMethod): Resumable => findResumable(session, enrollments.get(id)?.session_id);
  const replacing = open
    // A phone can finish an enrollment before the portal has recorded it.
    .filter(({ newFactorId }) => findSecurityMethod(methods, newFactorId ?? '')?.status !== 'ACTIVE')
    .map(({ kind, factorId, sessionId }) => {
      // Perhaps another session has started over, with another factor.
      const begun = pending.find((method) => method.kind === kind);
      return {
        kind: kind as FactorKind,
        factorId,
        left: findFinished(methods, factorId) !== undefined,
        newFactorId: begun?.id ?? null,
        resumable: begun ? find(begun) : sessionId === session.id ? 'here' : 'nowhere',
      };
    });
  return { find, replacing };
}
