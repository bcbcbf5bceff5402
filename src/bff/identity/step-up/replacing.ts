import type { EnrollBody } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { Engine, SecurityMethod } from '../methods/security-methods.ts';
import { sparesFor } from '../methods/spares.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Replacements } from './replacements.ts';
import { findFinished } from './requirement.ts';
import type { StepUps } from './step-ups.ts';
import type { AttemptContext } from './wrong-codes.ts';

type ReplacementServices = { replacements: Replacements; engine: () => Promise<Engine> };
type MovableKind = Extract<FactorKind, EnrollBody['kind']>;

/** Okta refuses a second method of the kinds in `oneOnly`. A Classic org also refuses a second one of `numbers`. */
const oneOnly: readonly FactorKind[] = ['totp', 'okta-verify'];
const numbers: readonly FactorKind[] = ['sms', 'call'];

/** `replace`: remove the old method first. `after`: remove it once the new one is verified. Null: no replacement. */
export function describeReplacement(kind: FactorKind, engine: Engine): 'replace' | 'after' | null {
  if (oneOnly.includes(kind)) return 'replace';
  if (!numbers.includes(kind)) return null;
  return engine === 'idx' ? 'after' : 'replace';
}

/** Whether the session has a grant, and the old method is removed or stays until the new one is verified. */
export async function isResumable(
  { replacements, engine }: ReplacementServices,
  session: Session,
  { stepUp, factorId, kind }: { stepUp: 'enroll' | 'replace'; factorId?: string | undefined; kind: FactorKind },
  methods: readonly SecurityMethod[],
): Promise<boolean> {
  const granted = (await replacements.listGranted(session, kind)).filter(
    (one) => stepUp === 'enroll' || one.factorId === factorId,
  );
  if (granted.length === 0) return false;
  return (
    granted.some((one) => findFinished(methods, one.factorId) === undefined) ||
    describeReplacement(kind, await engine()) === 'after'
  );
}

/** Returns false if the old method is already removed. Throws `last_factor` if no other method could step up. */
export async function assertReplaceable(
  { replacements, engine }: ReplacementServices,
  { session, securityMethods, capabilities }: AttemptContext,
  factorId: string,
  kind: MovableKind,
): Promise<boolean> {
  const { methods } = await securityMethods();
  const target = findFinished(methods, factorId);
  if (!target) {
    const begun = await replacements.find(session.user_id, factorId);
    if (begun?.kind !== kind) throw new ApiError('not_found');
    return false;
  }
  const how = describeReplacement(kind, await engine());
  if (target.kind !== kind || how === null) throw new ApiError('bad_request');
  if (how === 'replace' && sparesFor(target, methods, await capabilities()).length === 0)
    throw new ApiError('last_factor');
  return true;
}

/** Enrollments of this kind that a session of the person can finish, as pairs with the factor's id. */
export async function findOpen(stepUps: StepUps, methods: readonly SecurityMethod[], kind: FactorKind) {
  const members = methods.filter((method) => method.kind === kind).flatMap((method) => method.members);
  const pending = members.filter(({ status }) => status === 'PENDING_ACTIVATION');
  return [...(await stepUps.mapOpenEnrollments(pending.map(({ id }) => id)))];
}

/** Throws `open_elsewhere` if an enrollment of this kind is open, also in another session: a new one would end it. */
export async function assertNotOpen(
  { stepUps }: { stepUps: StepUps },
  session: Session,
  { kind, startOver }: EnrollBody,
  methods: readonly SecurityMethod[],
): Promise<void> {
  if (startOver) return;
  const open = await findOpen(stepUps, methods, kind);
  const own = open.find(([, { session_id }]) => session_id === session.id);
  if (open.length > 0) throw new ApiError('open_elsewhere', own && { factorId: own[0] });
}
