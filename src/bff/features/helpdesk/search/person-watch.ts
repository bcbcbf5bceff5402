import { sha256, type Sealer } from '../../../platform/store/secrets.ts';
import type { Freezes } from '../freezes/freezes.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';

export type WatchServices = {
  sealer: Pick<Sealer, 'mac' | 'matches'>;
  helpdeskServices: { attackSigns: AttackSigns; freezes: Pick<Freezes, 'since'> };
};

/** The context of a watch's token. It names the session that opened the person's page: no other can use the token. */
const getSealContext = (sessionId: string) => `watch by session ${sessionId}`;

/**
 * Returns what an open page about a person needs to notice a new sign of attack or a freeze: the state of both as a
 * hash, and a token that lets this session ask for it again.
 */
export async function createWatch(
  services: WatchServices,
  sessionId: string,
  userId: string,
): Promise<{ token: string; state: string }> {
  return { token: services.sealer.mac(userId, getSealContext(sessionId)), state: await hashState(services, userId) };
}

/** Returns whether a token shows that this session looked at the person. */
export const isWatching = (
  { sealer }: Pick<WatchServices, 'sealer'>,
  sessionId: string,
  userId: string,
  token: string,
): boolean => sealer.matches(token, userId, getSealContext(sessionId));

/** Returns a person's signs of attack and freeze as a hash. */
export async function hashState(
  { helpdeskServices: { attackSigns, freezes } }: WatchServices,
  userId: string,
): Promise<string> {
  return sha256(JSON.stringify([await attackSigns.of(userId), await freezes.since(userId)]));
}
