import type { FastifyRequest } from 'fastify';
import type { RehearsalEnd } from '#contract/page.ts';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import type { Rehearsals } from '../factors/lost-phone/rehearsals.ts';
import { judgeRehearsal, type RehearsalVerdict } from '../factors/lost-phone/judge-rehearsal.ts';
import type { FactorsOf } from '../../identity/methods/person-factors.ts';
import { readSecurityMethods } from '../factors/read-security-methods.ts';
import { runForRequest } from '../../http/request-scope.ts';
import type { Users } from '../../identity/users/users.ts';
import { amrOf, type IdClaims } from './provider.ts';

/** Requires a second method: a password alone would say nothing about the phone. */
export const REHEARSAL_ACR = 'urn:okta:loa:2fa:any';

type Services = Parameters<typeof readSecurityMethods>[0] & {
  auditLog: AuditLog;
  rehearsals: Rehearsals;
  factorsOf: FactorsOf;
  users: Users;
};

async function verdictOf(
  services: Services,
  request: FastifyRequest,
  userId: string,
  claims: IdClaims,
): Promise<RehearsalVerdict | { result: 'another_person' }> {
  if (claims.sub !== userId) return { result: 'another_person' };
  const { methods } = await runForRequest(request, { change: false }, async () => {
    const person = await services.users.current(userId, false);
    return readSecurityMethods(services, person, services.factorsOf(userId, { requestId: request.id }))();
  });
  return judgeRehearsal(amrOf(claims), methods);
}

/**
 * Ends a rehearsal: records whether the sign-in at Okta used nothing on the phone. It proves and changes nothing else:
 * the session stays as it was, no step-up is given, no wrong code is forgiven.
 * @param answer the ID token's claims, or why there are none
 */
export async function endRehearsal(
  services: Services,
  request: FastifyRequest,
  userId: string,
  answer: IdClaims | 'unmet' | 'refused',
): Promise<RehearsalEnd> {
  const verdict = typeof answer === 'string' ? { result: answer } : await verdictOf(services, request, userId, answer);
  const about = { event: 'user.authentication.rehearsal', subject: userId } as const;
  const { result } = verdict;
  if ('factorIds' in verdict)
    await services.auditLog.event(request.actor, about, { outcome: 'success' }, (tx) =>
      services.rehearsals.pass(userId, verdict.factorIds, tx),
    );
  else await services.auditLog.event(request.actor, about, { outcome: 'failure', reason: result });
  return result;
}
