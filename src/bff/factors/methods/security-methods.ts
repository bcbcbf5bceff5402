import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { FactorKind, Strength } from '#contract/kinds.ts';
import type { VerificationType } from '#contract/kinds.ts';
import { verificationOf, kindOf, kinds } from '../kinds/registry.ts';
import { kindName } from '../kinds/kind-name.ts';

export type Engine = 'idx' | 'v1';

/** A method as a person sees it: one factor, or a family (Okta Verify) as one. */
export type SecurityMethod = {
  /** The id of the member that stands for it; any member's id finds it. */
  id: string;
  kind: FactorKind;
  /** What the person calls it, else its kind's name. */
  name: string;
  named: boolean;
  detail: string | null;
  strength: Strength;
  status: string;
  created: string | null;
  lastVerified: string | null;
  members: Wire[];
  /**
   * Whether the org lets one member go and keeps the others: Identity Engine takes Okta Verify's along (as published).
   */
  apart: boolean;
  /** Whether it is a second method at all: see `counts`. */
  counts: boolean;
};

export const isPending = (method: SecurityMethod): boolean => method.status === 'PENDING_ACTIVATION';

/** Which member of the Okta Verify family stands for it. */
const familyOrder = ['push', 'token:software:totp', 'signed_nonce'];

/**
 * A factor counts unless it is pending or, on an Identity Engine org, the email factor of the primary address: that org
 * lists it by itself, so it is nothing a person holds.
 */
function counts(kind: FactorKind, status: string, wire: Wire, engine: Engine, primaryEmail: string | null): boolean {
  if (status === 'PENDING_ACTIVATION' || status === 'NOT_SETUP') return false;
  if (kind === 'email' && engine === 'idx') {
    const address = wire.profile?.['email'];
    return typeof address === 'string' && primaryEmail !== null && address.toLowerCase() !== primaryEmail.toLowerCase();
  }
  return true;
}

/** A moment as we write it, or null for what is none. */
function instant(wire: string | null): string | null {
  const ms = Date.parse(wire ?? '');
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/**
 * Turns the org's list into what a person has, families as one, the strongest first.
 * @param names what the person calls them, by factor id.
 */
export function securityMethodsOf(
  factors: readonly Wire[],
  engine: Engine,
  primaryEmail: string | null,
  names: ReadonlyMap<string, string> = new Map(),
): SecurityMethod[] {
  const groups = new Map<string, { kind: FactorKind; members: Wire[] }>();
  for (const wire of factors) {
    const kind = kindOf(wire);
    const key = kind === 'okta-verify' ? kind : wire.id;
    const group = groups.get(key);
    if (group) group.members.push(wire);
    else groups.set(key, { kind, members: [wire] });
  }
  const methods = [...groups.values()].map(({ kind, members }): SecurityMethod => {
    const active = members.filter((member) => member.status !== 'PENDING_ACTIVATION');
    const representative = (active.length ? active : members).toSorted(
      (a, b) => familyOrder.indexOf(a.factorType) - familyOrder.indexOf(b.factorType),
    )[0]!;
    const { strength, detail } = kinds[kind];
    const own = members.map(({ id }) => names.get(id)).find((given) => given !== undefined);
    return {
      id: representative.id,
      kind,
      name:
        own ?? (kind === 'unknown' ? `${kindName(kind)} (${representative.factorType.slice(0, 40)})` : kindName(kind)),
      named: own !== undefined,
      detail: detail(representative),
      strength,
      status: representative.status,
      created: instant(representative.created),
      lastVerified: instant(representative.lastVerified),
      members,
      apart: engine === 'v1',
      counts: counts(kind, representative.status, representative, engine, primaryEmail),
    };
  });
  return methods.toSorted((a, b) => Number(isPending(a)) - Number(isPending(b)) || b.strength - a.strength);
}

/**
 * The method with this id, or with a member of this id. A member that is being added to a family that is on already
 * stands for itself where the org can drop it alone. Where it cannot, it is the family, which goes by a proof as strong
 * as that is worth.
 */
export function findSecurityMethod(methods: readonly SecurityMethod[], factorId: string): SecurityMethod | undefined {
  const family = methods.find(({ members }) => members.some((member) => member.id === factorId));
  const member = family?.members.find(({ id }) => id === factorId);
  if (!family?.apart || member?.status !== 'PENDING_ACTIVATION' || isPending(family)) return family;
  const { id, status, created, lastVerified } = member;
  return {
    ...family,
    id,
    status,
    created: instant(created),
    lastVerified: instant(lastVerified),
    members: [member],
    counts: false,
  };
}

/** One way in which an active method is checked here. */
export type FactorVerification = { factor: Wire; verificationType: VerificationType; strength: Strength };

/**
 * A push without a number to match: whoever is tired of being asked may approve a stranger's (NIST SP 800-63B-4,
 * 3.1.3.1).
 */
export const PLAIN_PUSH = 2;

/**
 * What of the org decides over checks: whether keys can be asked here, since they answer to one name, and whether
 * pushes bring no number.
 */
export type VerificationCapabilities = { keys: boolean; plainPush?: boolean };

/** How a method can be checked here, the strongest first; empty when it cannot be, or is not active. */
export function verificationsOf(
  method: SecurityMethod,
  { keys, plainPush = false }: VerificationCapabilities,
): FactorVerification[] {
  return method.members
    .filter(({ status }) => status === 'ACTIVE')
    .flatMap((factor) => {
      const verification = verificationOf(factor);
      if (!verification || (verification.verificationType === 'key' && !keys)) return [];
      return verification.verificationType === 'push' && plainPush
        ? [{ factor, verificationType: verification.verificationType, strength: PLAIN_PUSH } as const]
        : [{ factor, ...verification }];
    })
    .toSorted(
      (a, b) =>
        b.strength - a.strength || familyOrder.indexOf(a.factor.factorType) - familyOrder.indexOf(b.factor.factorType),
    );
}

/** The way in which one factor, by its own id, is checked here. */
export const verificationOfMember = (
  method: SecurityMethod,
  factorId: string,
  capabilities: VerificationCapabilities,
): FactorVerification | undefined =>
  verificationsOf(method, capabilities).find(({ factor }) => factor.id === factorId) ??
  (method.id === factorId ? verificationsOf(method, capabilities)[0] : undefined);

/** The address an active email method goes to; none of any other method. */
export function addressOf({ kind, counts, members }: SecurityMethod): string | null {
  const address = kind === 'email' && counts ? members[0]?.profile?.['email'] : undefined;
  return typeof address === 'string' ? address : null;
}
