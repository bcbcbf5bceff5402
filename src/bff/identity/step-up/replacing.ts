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

/**
 * Kinds of which Okta refuses a second method, so the old one is removed first. A Classic org also refuses a second
 * method of the kinds in `numbers`.
 */
const oneOnly: readonly FactorKind[] = ['totp', 'okta-verify'];
const numbers: readonly FactorKind[] = ['sms', 'call'];

/**
 * Returns how a method of a kind is replaced. `replace`: the old method is removed first. `after`: the old method is
 * removed once the new one is verified. Null: people add and remove methods of this kind separately.
 */
export function describeReplacement(kind: FactorKind, engine: Engine): 'replace' | 'after' | null {
  if (oneOnly.includes(kind)) return 'replace';
  if (!numbers.includes(kind)) return null;
  return engine === 'idx' ? 'after' : 'replace';
}

/**
 * Whether this session may go on with a replacement: the session has the grant, and the old method is already removed
 * or stays until the new one is verified.
 * @param wanted `factorId`: for `replace`, the method to replace; for `enroll`, any method of the kind is meant
 */
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

/**
 * Throws unless a method can be replaced by another one of `kind`. Returns false if the old method is already removed.
 * Throws `last_factor` if the person could not step up without the old method.
 */
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

/**
 * Throws `open_elsewhere` while this session can still finish an enrollment of the kind: a new enrollment would end the
 * one that another tab shows. With `startOver` the person accepts this.
 */
export async function assertNotOpen(
  { stepUps }: { stepUps: StepUps },
  session: Session,
  { kind, startOver }: EnrollBody,
  methods: readonly SecurityMethod[],
): Promise<void> {
  if (startOver) return;
  const open = await stepUps.listOpenEnrollments(session, kind);
  const there = methods
    .flatMap(({ members }) => members)
    .find(({ id, status }) => status === 'PENDING_ACTIVATION' && open.includes(id));
  if (there) throw new ApiError('open_elsewhere', { factorId: there.id });
}
