import { sha256, type Sealer } from '../../../platform/store/secrets.ts';
import type { Freezes } from '../freezes/freezes.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';
import type { RecentChanges } from './recent-changes.ts';

export type WatchServices = {
  sealer: Pick<Sealer, 'mac' | 'matches'>;
  helpdeskServices: { attackSigns: AttackSigns; freezes: Pick<Freezes, 'since'> };
  recentChanges: Pick<RecentChanges, 'findResetEnd'>;
};

/** Only the session that got the token can use it. */
const getSealContext = (sessionId: string) => `watch by session ${sessionId}`;

/** `subject`: the id of the person or the filter of the audit log that was looked at. */
export const createToken = ({ sealer }: Pick<WatchServices, 'sealer'>, sessionId: string, subject: string): string =>
  sealer.mac(subject, getSealContext(sessionId));

/** An open page polls the hash (`state`) to notice a sign of attack, a freeze or a reset of the person. */
export async function createWatch(
  services: WatchServices,
  sessionId: string,
  userId: string,
): Promise<{ token: string; state: string }> {
  return { token: createToken(services, sessionId, userId), state: await hashState(services, userId) };
}

export const isWatching = (
  { sealer }: Pick<WatchServices, 'sealer'>,
  sessionId: string,
  subject: string,
  token: string,
): boolean => sealer.matches(token, subject, getSealContext(sessionId));

export async function hashState(
  { helpdeskServices: { attackSigns, freezes }, recentChanges }: WatchServices,
  userId: string,
): Promise<string> {
  const state = [attackSigns.of(userId), freezes.since(userId), recentChanges.findResetEnd(userId)];
  return sha256(JSON.stringify(await Promise.all(state)));
}
