import { sha256, type Sealer } from '../../../platform/store/secrets.ts';
import type { Freezes } from '../freezes/freezes.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';

export type WatchServices = {
  sealer: Pick<Sealer, 'mac' | 'matches'>;
  helpdeskServices: { attackSigns: AttackSigns; freezes: Pick<Freezes, 'since'> };
};

/** The context of the token's MAC: only the session that opened the person's page can use the token. */
const getSealContext = (sessionId: string) => `watch by session ${sessionId}`;

/**
 * Returns the data with which an open page notices a new sign of attack or a freeze of its person: a hash of both, and
 * a token with which this session may ask for the hash again.
 */
export async function createWatch(
  services: WatchServices,
  sessionId: string,
  userId: string,
): Promise<{ token: string; state: string }> {
  return { token: services.sealer.mac(userId, getSealContext(sessionId)), state: await hashState(services, userId) };
}

/** Whether the token shows that this session has opened the person's page. */
export const isWatching = (
  { sealer }: Pick<WatchServices, 'sealer'>,
  sessionId: string,
  userId: string,
  token: string,
): boolean => sealer.matches(token, userId, getSealContext(sessionId));

/** Returns a hash of a person's signs of attack and freeze. */
export async function hashState(
  { helpdeskServices: { attackSigns, freezes } }: WatchServices,
  userId: string,
): Promise<string> {
  return sha256(JSON.stringify([await attackSigns.of(userId), await freezes.since(userId)]));
}
