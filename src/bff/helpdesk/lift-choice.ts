import type { About, Actor } from '../audit/audit.ts';
import type { Rooms } from '../context.ts';
import type { Held } from '../factors/held.ts';
import { maskAddress } from '../notices/texts.ts';
import type { AtDesk } from './at-desk.ts';
import type { FreezeWindow } from './freeze-window.ts';
import type { Lift } from './lifts.ts';
import { channelsOf } from './reset-plan.ts';
import type { Done } from './resets.ts';

/**
 * A freeze as it is lifted: told to every address of the person, and to those that were removed since seven days before
 * it.
 */
export async function liftOf(
  { addresses }: Pick<Rooms, 'addresses'>,
  { target: { person } }: AtDesk,
  held: readonly Held[],
  { pressedAt, since }: FreezeWindow,
  by: { actor: Actor; about: About; approvalId: string | null },
): Promise<Lift> {
  const told = channelsOf([...person.addresses, ...(await addresses.since(person.id, since))], held);
  return { userId: person.id, pressedAt, person: person.name, addresses: told, ...by };
}

/** Lifts a freeze without resetting anything. Throws as `Lifts.run` does. */
export async function liftAlone(
  { acts, outbox }: Pick<Rooms, 'acts' | 'outbox'>,
  lift: Lift,
  held: readonly Held[],
): Promise<Done> {
  await acts.lifts.run(lift);
  void outbox.flush();
  const remaining = held.filter(({ counts }) => counts).map(({ name }) => name);
  return {
    status: 'done',
    removed: [],
    remaining,
    wayBack: null,
    notified: lift.addresses.map(maskAddress),
    unfrozen: true,
  };
}
