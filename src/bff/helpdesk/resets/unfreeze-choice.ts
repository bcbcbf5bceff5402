import type { AuditDetails, Actor } from '../../audit-log/audit-log.ts';
import type { Outbox } from '../../notifications/outbox.ts';
import type { Addresses } from '../../users/addresses.ts';
import { namedMethodOf, type SecurityMethod } from '../../factors/methods/security-methods.ts';
import { maskAddress } from '../../factors/kinds/mask.ts';
import type { AuthorizedOperation } from '../access/authorize-operation.ts';
import type { FreezeWindow } from '../freezes/freeze-window.ts';
import type { Unfreeze, Unfreezes } from './unfreezes.ts';
import { channelsOf } from './reset-plan.ts';
import type { Done } from './resets.ts';

/**
 * Returns the unfreeze of a person. Its notification goes to every address of the person, and to those that were
 * removed since seven days before the freeze.
 */
export async function unfreezeOf(
  { addresses }: { addresses: Addresses },
  { target: { person } }: AuthorizedOperation,
  methods: readonly SecurityMethod[],
  { requestedAt, since }: FreezeWindow,
  by: { actor: Actor; about: AuditDetails; approvalId: string | null },
): Promise<Unfreeze> {
  const recipients = channelsOf([...person.addresses, ...(await addresses.since(person.id, since))], methods);
  return { userId: person.id, requestedAt, person: person.name, addresses: recipients, ...by };
}

/** Ends a freeze without a reset. Throws what `Unfreezes.run` throws. */
export async function unfreezeOnly(
  { helpdeskServices, outbox }: { helpdeskServices: { unfreezes: Unfreezes }; outbox: Outbox },
  unfreeze: Unfreeze,
  methods: readonly SecurityMethod[],
): Promise<Done> {
  await helpdeskServices.unfreezes.run(unfreeze);
  void outbox.flush();
  const remaining = methods.filter(({ counts }) => counts).map(namedMethodOf);
  return {
    status: 'done',
    removed: [],
    remaining,
    recoveryCode: null,
    notified: unfreeze.addresses.map(maskAddress),
    unfrozen: true,
  };
}
