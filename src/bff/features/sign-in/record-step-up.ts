import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignInFault } from '#contract/audit-log/audit-reasons.ts';
import { splitPurpose, type PurposeText } from '#contract/purposes.ts';
import { meetsAcr } from '../../identity/step-up/acr.ts';
import { findProven, strengthOfSignIn } from '../../identity/step-up/requirement.ts';
import type { Session } from '../../identity/sessions/sessions.ts';
import type { Pending } from './attempts.ts';
import { readAcr, readAmr, type IdClaims } from './provider.ts';
import { readProvers, type SignInDeps } from './begin-sign-in.ts';
import { idTokenContext } from './sign-out-route.ts';

/** A stronger sign-in can remove these faults. */
export const tooWeak = new Set<SignInFault>(['the sign-in was too weak', 'acr is not what was asked']);

/** The sign-in may have used a method that is to be removed, so it may prove only the first of several removals. */
async function readProven(
  deps: Pick<SignInDeps, 'services'>,
  request: FastifyRequest,
  session: Session,
  purpose: PurposeText,
  strength: number,
): Promise<PurposeText> {
  if (splitPurpose(purpose).length === 1) return purpose;
  const { methods, capabilities } = await readProvers(deps, request, session);
  return findProven(purpose, strength, methods, capabilities);
}

/** `at`: the `auth_time` in ms since 1970 by the portal's clock. */
export async function recordStepUp(
  deps: Pick<SignInDeps, 'services' | 'cookies' | 'sealer'>,
  request: FastifyRequest,
  reply: FastifyReply,
  session: Session,
  { purpose, strength: needed, acr: requiredAcr }: NonNullable<Pending['stepUp']>,
  { claims, idToken, at }: { claims: IdClaims; idToken: string; at: number },
): Promise<{ fault: SignInFault } | { proven: PurposeText }> {
  const { services, cookies, sealer } = deps;
  const { clock, sessions, stepUps, helpdeskServices } = services;
  const acr = readAcr(claims);
  const strength = strengthOfSignIn(readAmr(claims), acr);
  if (claims.sub !== session.user_id) return { fault: 'another person signed in' };
  if (requiredAcr !== null && !meetsAcr(acr, requiredAcr)) return { fault: 'acr is not what was asked' };
  if (strength < needed) return { fault: 'the sign-in was too weak' };
  // Okta does not say which method was used. Below strength 4, it may be one that must be cancelled.
  if (needed > 0 && strength < 4 && (await helpdeskServices.pendingCancellations.of(session.user_id)))
    return { fault: 'it may be by a method that must be cancelled' };
  const proven = await readProven(deps, request, session, purpose, strength);
  await stepUps.give(session, proven, strength);
  const sealed = sealer.seal(idToken, idTokenContext(session));
  const token = await sessions.renew(session, { auth_time: at, verified_at: clock.now(), id_token: sealed });
  if (token !== null) cookies.setSession(reply, token);
  return { proven };
}
