import { hashOf, type Sealer } from '../../../platform/store/secrets.ts';
import type { Freezes } from '../freezes/freezes.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';

/** Longer than a staff member's session. */
const WATCH_MS = 24 * 60 * 60_000;

export type WatchNeeds = {
  sealer: Pick<Sealer, 'mac' | 'matches'>;
  clock: { now(): number };
  helpdeskServices: { attackSigns: AttackSigns; freezes: Pick<Freezes, 'since'> };
};

/** What a watch's token is for. */
const contextOf = (agentId: string, userId: string) => `watch of ${userId} by ${agentId}`;

/**
 * Returns what an open page about a person needs to notice a new sign of attack or a freeze: the state of both as a
 * hash, and a token that lets this staff member ask for it again.
 */
export async function watchOf(
  services: WatchNeeds,
  agentId: string,
  userId: string,
): Promise<{ token: string; state: string }> {
  const until = String(services.clock.now() + WATCH_MS);
  const token = `${until}.${services.sealer.mac(until, contextOf(agentId, userId))}`;
  return { token, state: await stateOf(services, userId) };
}

/** Returns whether a token shows that this staff member looked at the person, and the page may still be open. */
export function isWatching(
  { sealer, clock }: Pick<WatchNeeds, 'sealer' | 'clock'>,
  agentId: string,
  userId: string,
  token: string,
): boolean {
  const [until = '', ...mac] = token.split('.');
  return sealer.matches(mac.join('.'), until, contextOf(agentId, userId)) && clock.now() < Number(until);
}

/** Returns a person's signs of attack and freeze as a hash. */
export async function stateOf(
  { helpdeskServices: { attackSigns, freezes } }: WatchNeeds,
  userId: string,
): Promise<string> {
  return hashOf(JSON.stringify([await attackSigns.of(userId), await freezes.since(userId)]));
}
