import { sha256, type Sealer } from '../../../platform/store/secrets.ts';
import type { Freezes } from '../freezes/freezes.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';

export type WatchServices = {
  sealer: Pick<Sealer, 'mac' | 'matches'>;
  helpdeskServices: { attackSigns: AttackSigns; freezes: Pick<Freezes, 'since'> };
};

/** Only the session that opened the person's page can use the token. */
const getSealContext = (sessionId: string) => `watch by session ${sessionId}`;

/** An open page polls the hash (`state`) to notice a new sign of attack or a freeze of the person. */
export async function createWatch(
  services: WatchServices,
  sessionId: string,
  userId: string,
): Promise<{ token: string; state: string }> {
  return { token: services.sealer.mac(userId, getSealContext(sessionId)), state: await hashState(services, userId) };
}

/** Whether this session has opened the person's page. */
export const isWatching = (
  { sealer }: Pick<WatchServices, 'sealer'>,
  sessionId: string,
  userId: string,
  token: string,
): boolean => sealer.matches(token, userId, getSealContext(sessionId));

export async function hashState(
  { helpdeskServices: { attackSigns, freezes } }: WatchServices,
  userId: string,
): Promise<string> {
  return sha256(JSON.stringify([await attackSigns.of(userId), await freezes.since(userId)]));
}
