import type { FastifyReply } from 'fastify';
import type { SignInFault } from '#contract/audit-log/audit-reasons.ts';
import { meetsAcr } from '../../identity/step-up/acr.ts';
import { strengthOfSignIn } from '../../identity/step-up/requirement.ts';
import type { Session } from '../../identity/sessions/sessions.ts';
import type { Pending } from './attempts.ts';
import { readAcr, readAmr, type IdClaims } from './provider.ts';
import type { SignInDeps } from './begin-sign-in.ts';
import { idTokenContext } from './sign-out-route.ts';

/** Faults that a stronger sign-in mends. */
export const tooWeak = new Set<SignInFault>(['the sign-in was too weak', 'acr is not what was asked']);

/**
 * Stores a step-up made at Okta, and renews the session's cookie. Returns why it was refused, or null.
 * @param signIn `at`: its `auth_time`, in milliseconds of the portal's clock
 */
export async function recordStepUp(
  { services, cookies, sealer }: Pick<SignInDeps, 'services' | 'cookies' | 'sealer'>,
  reply: FastifyReply,
  session: Session,
  { purpose, strength: needed, acr: requiredAcr }: NonNullable<Pending['stepUp']>,
  { claims, idToken, at }: { claims: IdClaims; idToken: string; at: number },
): Promise<SignInFault | null> {
  const { clock, sessions, stepUps, helpdeskServices } = services;
  const acr = readAcr(claims);
  const strength = strengthOfSignIn(readAmr(claims), acr);
  if (claims.sub !== session.user_id) return 'another person signed in';
  if (requiredAcr !== null && !meetsAcr(acr, requiredAcr)) return 'acr is not what was asked';
  if (strength < needed) return 'the sign-in was too weak';
  // Okta does not say which method it was; only a key cannot be one that a phone finished after a reset.
  if (needed > 0 && strength < 4 && (await helpdeskServices.pendingCancellations.of(session.user_id)))
    return 'it may be by a method that must be cancelled';
  await stepUps.give(session, purpose, strength);
  const sealed = sealer.seal(idToken, idTokenContext(session));
  const token = await sessions.renew(session, { auth_time: at, verified_at: clock.now(), id_token: sealed });
  if (token !== null) cookies.setSession(reply, token);
  return null;
}
