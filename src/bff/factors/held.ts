import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { FactorKind, Strength } from '#contract/kinds.ts';
import { kindOf, kinds } from './kinds.ts';

export type Engine = 'idx' | 'v1';

/** A method as a person sees it: one factor, or a family (Okta Verify) as one. */
export type Held = {
  /** The id of the member that stands for it; any member's id finds it. */
  id: string;
  kind: FactorKind;
  name: string;
  strength: Strength;
  status: string;
  created: string | null;
  members: Wire[];
  /** Whether it is a second method at all: see `counts`. */
  counts: boolean;
};

export const isPending = (held: Held): boolean => held.status === 'PENDING_ACTIVATION';

/** Which member of the Okta Verify family stands for it. */
const familyOrder = ['push', 'token:software:totp', 'signed_nonce'];

/**
 * A factor counts unless it is pending or, on an Identity Engine org, the email factor of the primary address: that org lists it by
 * itself, so it is nothing a person holds.
 */
function counts(kind: FactorKind, status: string, wire: Wire, engine: Engine, primaryEmail: string | null): boolean {
  if (status === 'PENDING_ACTIVATION' || status === 'NOT_SETUP') return false;
  if (kind === 'email' && engine === 'idx') {
    const address = wire.profile?.['email'];
    return typeof address === 'string' && primaryEmail !== null && address.toLowerCase() !== primaryEmail.toLowerCase();
  }
  return true;
}

/** Turns the org's list into what a person has, families as one, the strongest first. */
export function heldOf(factors: readonly Wire[], engine: Engine, primaryEmail: string | null): Held[] {
  const groups = new Map<string, { kind: FactorKind; members: Wire[] }>();
  for (const wire of factors) {
    const kind = kindOf(wire);
    const key = kind === 'okta-verify' ? kind : wire.id;
    const group = groups.get(key);
    if (group) group.members.push(wire);
    else groups.set(key, { kind, members: [wire] });
  }
  const held = [...groups.values()].map(({ kind, members }): Held => {
    const active = members.filter((member) => member.status !== 'PENDING_ACTIVATION');
    const face = (active.length ? active : members).toSorted(
      (a, b) => familyOrder.indexOf(a.factorType) - familyOrder.indexOf(b.factorType),
    )[0]!;
    const { name, strength } = kinds[kind];
    return {
      id: face.id,
      kind,
      name: kind === 'unknown' ? `Another method (${face.factorType.slice(0, 40)})` : name,
      strength,
      status: face.status,
      created: face.created ?? null,
      members,
      counts: counts(kind, face.status, face, engine, primaryEmail),
    };
  });
  return held.toSorted((a, b) => Number(isPending(a)) - Number(isPending(b)) || b.strength - a.strength);
}

export const findHeld = (held: readonly Held[], factorId: string): Held | undefined =>
  held.find(({ members }) => members.some((member) => member.id === factorId));

/** The member of an active method whose codes can be checked here, if any. */
export function codeMember(held: Held): Wire | undefined {
  if (!held.counts || kinds[held.kind].provesHere === null) return undefined;
  return held.members.find((member) => member.factorType === 'token:software:totp' && member.status === 'ACTIVE');
}
