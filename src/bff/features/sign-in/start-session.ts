import type { FastifyRequest } from 'fastify';
import { recordLanguage } from '../../records/notifications/languages.ts';
import { newRow, type NewRow } from '../../records/audit-log/audit-log.ts';
import { assertSignedInSince, endSessions } from '../../identity/sessions/revocations.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Pending } from './attempts.ts';
import type { SignInDeps } from './begin-sign-in.ts';
import { idTokenContext } from './sign-out-route.ts';

/**
 * Ends this browser's earlier session, and the least recently used sessions if the person has too many.
 * Returns null if too many sessions are in use. Throws SignInTooOld.
 */
export async function startSession(
  { cookies, sealer, services: { auditLog, clock, sessions, settings } }: SignInDeps,
  request: FastifyRequest,
  person: PortalUser,
  { idToken, at, pending }: { idToken: string; at: number; pending: Pending },
): Promise<string | null> {
  const earlier = cookies.session(request);
  const earlierSession = earlier === undefined ? null : await sessions.find(earlier, false);
  const actor = { ...request.actor, userId: person.id };
  const { address, agent } = actor;
  let token: string | null = null;
  let ended: NewRow[] = [];
  const begin = async (tx: Store) => {
    await assertSignedInSince(person.id, { at, begun: pending.startedAt }, clock.now(), tx);
    if (earlierSession) await sessions.end(earlierSession.user_id, earlierSession.id, tx);
    const othersEnded = pending.endOthers && (await endSessions(person.id, clock.now(), tx));
    const room = await sessions.makeRoom(person.id, tx);
    if (room === 'full') return false;
    const details = {
      event: othersEnded ? 'user.session.end_others' : 'user.session.end',
      subject: person.id,
    } as const;
    const outcome = { outcome: 'success', reason: 'for a newer one' } as const;
    ended = othersEnded || room === 'made' ? [newRow('event', actor, details, outcome)] : [];
    const { id, login, name, firstName: first_name, timeZone: time_zone } = person;
    const locale = await recordLanguage(tx, person, { languages: settings.languages, now: clock.now() });
    const values = { user_id: id, login, name, first_name, locale, time_zone, agent: agent.slice(0, 300), address };
    const idTokenSealed = sealer.seal(idToken, idTokenContext({ user_id: id }));
    token = (await sessions.start({ ...values, auth_time: at, id_token: idTokenSealed }, tx)).token;
    return undefined;
  };
  const startDetails = { event: 'user.session.start', subject: person.id } as const;
  const started = await auditLog.event(actor, startDetails, { outcome: 'success' }, begin, () => ended);
  return started ? token : null;
}
