import { mayGive, PHISHING_RESISTANT } from '#bff/identity/step-up/requirement.ts';
import type { Engine, SecurityMethod } from '#bff/identity/methods/security-methods.ts';
import { createSecurityMethods, isPending } from '#bff/identity/methods/security-methods.ts';
import { getKind } from '#bff/platform/kinds/registry.ts';
import type { Factor } from '#okta/wire/factor.ts';
import type { ListedUser } from '#okta/wire/user.ts';
import { PRIVILEGED, type Memberships, type PersonRead } from './people.ts';

/** Fields: docs/report.md. Values that could not be read are null. */
export type PersonRecord = ReturnType<typeof createPersonRecord>;

const isActive = ({ status }: Factor) => status === 'ACTIVE';

/** 0 for an unknown kind. */
const getStrength = ({ kind, members }: SecurityMethod): number =>
  kind === 'unknown'
    ? 0
    : ([4, 3, 2, 1].find((least) => members.some((one) => isActive(one) && mayGive(one, least))) ?? 0);

/** Whether the person has a phishing-resistant factor, by the same rules as for helpdesk staff. */
function judge(factors: readonly Factor[], unreadable: number): 'yes' | 'no' | 'unknown' {
  if (factors.some((one) => mayGive(one, PHISHING_RESISTANT))) return 'yes';
  return unreadable > 0 || factors.some((one) => getKind(one) === 'unknown') ? 'unknown' : 'no';
}

export function createPersonRecord(
  { id, status, attributes, profile: { login, email, department, firstName, lastName } }: ListedUser,
  { factors, fault, administrator }: PersonRead,
  { engine, memberships, now }: { engine: Engine; memberships: Memberships; now: number },
) {
  const methods = createSecurityMethods(factors ?? [], engine, email);
  const usable = methods.filter(({ counts, members }) => counts && members.some(isActive));
  const active = usable.flatMap(({ members }) => members.filter(isActive));
  const fastPass = active.some(({ factorType }) => factorType === 'signed_nonce');
  const strongest = usable.toSorted((a, b) => getStrength(b) - getStrength(a))[0];
  const created = usable.flatMap((one) => one.created ?? []).toSorted();
  const groups = new Set(memberships.filter(({ members }) => members.has(id)).map(({ is }) => is));
  return {
    ...{ type: 'person' as const, id, login, name: [firstName, lastName].filter(Boolean).join(' '), email, department },
    ...{ status, attributes, administrator },
    privilegedGroup: groups.has(PRIVILEGED),
    helpdesk: [...groups].filter((is) => is !== PRIVILEGED),
    kinds: [...new Set<string>(usable.map(({ kind }) => kind)), ...(fastPass ? ['fastpass'] : [])],
    unknownKinds: usable.flatMap(({ factorType }) => factorType ?? []),
    unfinished: methods.filter(isPending).map(({ kind }) => kind),
    unreadable: factors?.unreadable ?? 0,
    usable: factors && usable.length,
    strongest: strongest?.kind ?? null,
    strength: (strongest && getStrength(strongest)) || null,
    phishingResistant: factors && judge(active, factors.unreadable),
    oldest: created[0] ?? null,
    newest: created.at(-1) ?? null,
    readAt: new Date(now).toISOString(),
    fault,
  };
}
