import type { ResetBody } from '#contract/helpdesk.ts';
import { correlationOf, type AuditDetails, type Actor } from '../../../records/audit-log/audit-log.ts';
import type { Outbox } from '../../../records/notifications/outbox.ts';
import type { Addresses } from '../../../identity/users/addresses.ts';
import { readSecurityMethods } from '../../factors/read-security-methods.ts';
import { namedMethodOf, type SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import type { AuthorizedOperation } from '../access/authorize-operation.ts';
import { cancelEnrollments } from '../freezes/cancel-enrollments.ts';
import type { FreezeWindow } from '../freezes/freeze-window.ts';
import type { Unfreeze, Unfreezes } from './unfreezes.ts';
import { channelsOf, methodsOf } from './reset-plan.ts';
import type { Done, Resets } from './resets.ts';

type UnfreezeNeeds = { helpdeskServices: { unfreezes: Unfreezes }; outbox: Outbox; addresses: Addresses };
export type CarryOutNeeds = UnfreezeNeeds &
  Parameters<typeof readSecurityMethods>[0] &
  Parameters<typeof cancelEnrollments>[0] & { helpdeskServices: { resets: Resets } };

/** What an agent asked for, and what the portal found out about it. */
export type ResetRequest = {
  id: string;
  factorIds: NonNullable<ResetBody['factorIds']>;
  /** The methods that `factorIds` names. */
  targets: readonly SecurityMethod[];
  agent: string;
  codeTo: string[];
  /** The freeze to end; null for none. */
  freeze: FreezeWindow | null;
};

/** Returns whether anything is reset. Otherwise it is an unfreeze alone. */
export const resetsAny = (factorIds: ResetRequest['factorIds']): boolean => factorIds === 'all' || factorIds.length > 0;

/**
 * Resets methods, unfreezes the person, or both, now that everybody who must agree has. Throws what `Resets.run` and
 * `Unfreezes.run` throw.
 * @param by the audit row's actor: the agent, who is responsible for it
 * @param requester who sent this request: the agent or the approver
 */
export async function carryOut(
  services: CarryOutNeeds,
  { target: { person }, factors }: AuthorizedOperation,
  methods: readonly SecurityMethod[],
  { id, factorIds, targets, agent, codeTo, freeze }: ResetRequest,
  { by, requester, about, approvalId }: { by: Actor; requester: Actor; about: AuditDetails; approvalId: string | null },
): Promise<Done> {
  const alone = !resetsAny(factorIds);
  const unfreeze =
    freeze &&
    // A reset ends the approval, so an unfreeze after it has none to end.
    (await unfreezeOf(services, person, methods, freeze, { actor: by, about, approvalId: alone ? approvalId : null }));
  if (unfreeze && alone) return unfreezeOnly(services, unfreeze, methods);
  const plan = {
    id,
    userId: person.id,
    all: factorIds === 'all',
    methods: methodsOf(targets),
    person: person.name,
    agent,
    addresses: channelsOf(person.addresses, methods),
    codeTo,
    approvalId,
    unfreeze,
    correlationId: correlationOf(by),
  };
  const read = readSecurityMethods(services, person, factors);
  const done = await services.helpdeskServices.resets.run(by, about, plan, factors, methods, read);
  await cancelEnrollments(services, person.id, requester);
  return done;
}

/**
 * Returns the unfreeze of a person. Its notification goes to every address of the person, and to those that were
 * removed since seven days before the freeze.
 */
async function unfreezeOf(
  { addresses }: UnfreezeNeeds,
  person: AuthorizedOperation['target']['person'],
  methods: readonly SecurityMethod[],
  { requestedAt, since }: FreezeWindow,
  by: { actor: Actor; about: AuditDetails; approvalId: string | null },
): Promise<Unfreeze> {
  const recipients = channelsOf([...person.addresses, ...(await addresses.since(person.id, since))], methods);
  return { userId: person.id, requestedAt, person: person.name, addresses: recipients, ...by };
}

/** Ends a freeze without a reset. Throws what `Unfreezes.run` throws. */
async function unfreezeOnly(
  { helpdeskServices, outbox }: UnfreezeNeeds,
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
