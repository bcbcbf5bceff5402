import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { NamedMethod } from '#contract/endpoints.ts';
import type { FactorKind, Strength, VerificationType } from '#contract/kinds.ts';
import { findAuthenticator } from '../authenticators/authenticators.ts';
import { getVerification, getKind, kinds } from '../../platform/kinds/registry.ts';
import type { FactorNote } from '../../platform/store/schema.ts';
import { mergeNotes, type NotesById } from './notes.ts';

export type Engine = 'idx' | 'v1';

/** One factor, or all of a person's Okta Verify factors (a family). */
export type SecurityMethod = NamedMethod & {
  /** The id of the factor that represents the method. */
  id: string;
  detail: string | null;
  strength: Strength;
  status: string;
  /** ISO 8601. For an unfinished method: when its enrollment was last started. */
  created: string | null;
  lastVerified: string | null;
  members: Wire[];
  note: FactorNote;
  /** Whether Okta can remove one member alone. Identity Engine removes all of Okta Verify at once. */
  apart: boolean;
  /** Whether the method counts as a second method. */
  counts: boolean;
};

export const pickNamedMethod = ({ kind, name, factorType }: NamedMethod): NamedMethod =>
  factorType === undefined ? { kind, name } : { kind, name, factorType };

/** `complete` is false if a part of Okta's list could not be read. */
export type SecurityMethods = { methods: SecurityMethod[]; complete: boolean };

export const isPending = (method: SecurityMethod): boolean => method.status === 'PENDING_ACTIVATION';

/** The first of these factor types that exists represents the Okta Verify family. */
const familyOrder = ['push', 'token:software:totp', 'signed_nonce'];

/** Identity Engine lists an email factor with the primary address for everybody, so that factor does not count. */
function counts(kind: FactorKind, status: string, wire: Wire, engine: Engine, primaryEmail: string | null): boolean {
  if (status === 'PENDING_ACTIVATION' || status === 'NOT_SETUP') return false;
  if (kind === 'email' && engine === 'idx') {
    const address = wire.profile?.['email'];
    return typeof address === 'string' && primaryEmail !== null && address.toLowerCase() !== primaryEmail.toLowerCase();
  }
  return true;
}

/** Matches a time as Okta writes it, on a day from 1 to 28. A match is surely valid, so it need not be parsed. */
const canonical = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function instant(wire: string | null): string | null {
  if (wire === null || canonical.test(wire)) return wire;
  const ms = Date.parse(wire);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** Okta keeps `created` when an enrollment is restarted, so an unfinished method uses `lastUpdated`. */
const parseCreated = ({ status, created, lastUpdated }: Wire): string | null =>
  instant((status === 'PENDING_ACTIVATION' ? lastUpdated : null) ?? created);

/** Okta documents this field for keys only. */
const parseLastVerified = (kind: FactorKind, { lastVerified }: Wire): string | null =>
  kind === 'webauthn' ? instant(lastVerified) : null;

/** Of unfinished members it is the one that was started last, because only its enrollment can be finished. */
function chooseRepresentative(members: readonly Wire[]): Wire {
  const active = members.filter((member) => member.status !== 'PENDING_ACTIVATION');
  const started = (member: Wire) => (active.length ? '' : (parseCreated(member) ?? ''));
  return (active.length ? active : members).toSorted(
    (a, b) =>
      started(b).localeCompare(started(a)) || familyOrder.indexOf(a.factorType) - familyOrder.indexOf(b.factorType),
  )[0]!;
}

/** The strongest methods come first, unfinished ones last. Okta Verify's factors become one method. */
export function createSecurityMethods(
  factors: readonly Wire[],
  engine: Engine,
  primaryEmail: string | null,
  notes: NotesById = new Map(),
): SecurityMethod[] {
  const groups = new Map<string, { kind: FactorKind; members: Wire[] }>();
  for (const wire of factors) {
    const kind = getKind(wire);
    const key = kind === 'okta-verify' ? kind : wire.id;
    const group = groups.get(key);
    if (group) group.members.push(wire);
    else groups.set(key, { kind, members: [wire] });
  }
  const methods: SecurityMethod[] = [];
  for (const { kind, members } of groups.values()) {
    const representative = members.length === 1 ? members[0]! : chooseRepresentative(members);
    const { strength, detail } = kinds[kind];
    const note = mergeNotes(members, notes);
    const maker = note.aaguid === null ? undefined : findAuthenticator(note.aaguid, null);
    const method: SecurityMethod = {
      id: representative.id,
      kind,
      name: note.name,
      detail: maker?.name ?? detail(representative),
      strength,
      status: representative.status,
      created: parseCreated(representative),
      lastVerified: parseLastVerified(kind, representative),
      members,
      note,
      apart: engine === 'v1',
      counts: counts(kind, representative.status, representative, engine, primaryEmail),
    };
    if (kind === 'unknown') method.factorType = representative.factorType.slice(0, 40);
    methods.push(method);
  }
  return methods.toSorted((a, b) => Number(isPending(a)) - Number(isPending(b)) || b.strength - a.strength);
}

/** Accepts any member's id. A pending member is a method of its own if Okta can remove the member alone. */
export function findSecurityMethod(methods: readonly SecurityMethod[], factorId: string): SecurityMethod | undefined {
  const family = methods.find(({ members }) => members.some((member) => member.id === factorId));
  const member = family?.members.find(({ id }) => id === factorId);
  if (!family?.apart || member?.status !== 'PENDING_ACTIVATION' || isPending(family)) return family;
  const { id, status } = member;
  return {
    ...family,
    id,
    status,
    created: parseCreated(member),
    lastVerified: parseLastVerified(family.kind, member),
    members: [member],
    counts: false,
  };
}

export type FactorVerification = { factor: Wire; verificationType: VerificationType; strength: Strength };

/** Strength of a push without a number: people may approve an attacker's push (NIST SP 800-63B-4, 3.1.3.1). */
export const PLAIN_PUSH = 2;

/** `keys`: the portal's pages may use the org's keys. `plainPush`: pushes have no number to match. */
export type VerificationCapabilities = { keys: boolean; plainPush?: boolean };

/** The strongest verification comes first. */
export function listVerifications(
  method: SecurityMethod,
  { keys, plainPush = false }: VerificationCapabilities,
): FactorVerification[] {
  return method.members
    .filter(({ status }) => status === 'ACTIVE')
    .flatMap((factor) => {
      const verification = getVerification(factor);
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

/** Falls back to the method's strongest verification, but only for the method's own id. */
export const verificationOfMember = (
  method: SecurityMethod,
  factorId: string,
  capabilities: VerificationCapabilities,
): FactorVerification | undefined =>
  listVerifications(method, capabilities).find(({ factor }) => factor.id === factorId) ??
  (method.id === factorId ? listVerifications(method, capabilities)[0] : undefined);

export function findAddress({ kind, counts, members }: SecurityMethod): string | null {
  const address = kind === 'email' && counts ? members[0]?.profile?.['email'] : undefined;
  return typeof address === 'string' ? address : null;
}
