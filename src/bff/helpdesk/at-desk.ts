import type { DeskEndpointName } from '#contract/helpdesk.ts';
import { ApiError } from '#contract/errors.ts';
import { holdingOf } from '../context.ts';
import type { Context, Holding, Rooms } from '../context.ts';
import type { DeskFactors } from './desk-factors.ts';
import type { Helpdesk, Target, Viewer } from './helpdesk.ts';
import type { Cell, Operation } from './policy.ts';

/** Somebody at the desk, with the person they have before them. */
export type AtDesk = {
  helpdesk: Helpdesk;
  viewer: Viewer;
  target: Target;
  /** What the policy says of the operation. */
  cell: Cell;
  /** The person's factors, as far as the policy lets this viewer reach. */
  factors: DeskFactors;
  /** What the person holds; read once. */
  holding(): Promise<Holding>;
};

/** The helpdesk; throws `not_found` where there is none. */
export function openDesk({ helpdesk }: Pick<Rooms, 'helpdesk'>): Helpdesk {
  if (!helpdesk) throw new ApiError('not_found', 'There is nothing at this address.');
  return helpdesk;
}

/**
 * Puts a person before somebody at the desk, for one operation. Throws `not_found` for whoever does not exist for them,
 * and `out_of_policy`.
 * @param now asks the org anew about the person: before any change. (The viewer was asked about by the guard.)
 */
export async function atDesk(
  rooms: Rooms,
  { session, actor }: Pick<Context<DeskEndpointName>, 'session' | 'actor'>,
  userId: string,
  operation: Operation,
  now: boolean,
): Promise<AtDesk> {
  const helpdesk = openDesk(rooms);
  const viewer = await helpdesk.viewerOf(session.user_id, false);
  const target = await helpdesk.targetOf(viewer, userId, now);
  const cell = helpdesk.assertAllowed(target, operation);
  const factors = rooms.deskFactorsOf(userId, helpdesk.grant(target), {
    forwardedFor: actor.address,
    userAgent: actor.agent,
    requestId: actor.requestId,
  });
  return { helpdesk, viewer, target, cell, factors, holding: holdingOf(rooms, target.person, factors) };
}
