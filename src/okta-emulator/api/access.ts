import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import { findPerson, groupsOf } from '../people/people.ts';
import type { AdminRole } from '../people/roles.ts';
import { OktaError } from '../wire/errors.ts';

/**
 * An API token and its owner's rights. `groups`, for HELP_DESK_ADMIN, are the ids of the groups whose members it may
 * help.
 */
export type ApiToken = { token: string; role: AdminRole; groups?: readonly string[] };

/** Scopes of the org authorization server that a service app can be granted. */
export const API_SCOPES = ['okta.users.read', 'okta.users.manage', 'okta.roles.read', 'okta.groups.read'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** The caller: a token's owner, or a service app, whose scopes limit its role. */
export type Caller = { role: AdminRole | undefined; groups: readonly string[]; scopes?: readonly string[] };

/** What a call does, as far as rights distinguish. */
type Deed = 'read' | 'read groups' | 'read roles' | 'read questions' | 'verify' | 'reset' | 'help' | 'manage';

/**
 * Okta's standard roles (fact sheet, section 11). A role that may reset methods may not enroll them: nor may Okta's own
 * permission.
 */
const rights: Record<AdminRole, ReadonlySet<Deed>> = {
  SUPER_ADMIN: new Set(['read', 'read groups', 'read roles', 'read questions', 'verify', 'reset', 'help', 'manage']),
  HELP_DESK_ADMIN: new Set(['read', 'read questions', 'reset', 'help']),
  READ_ONLY_ADMIN: new Set(['read', 'read groups', 'read roles', 'read questions']),
};

/**
 * Any one of these scopes allows the action; all others need `okta.users.manage`. Okta documents only API tokens for the
 * questions.
 */
const scopesFor: Partial<Record<Deed, readonly ApiScope[]>> = {
  read: ['okta.users.read', 'okta.users.manage'],
  'read groups': ['okta.groups.read'],
  'read roles': ['okta.roles.read'],
  'read questions': [],
};

/** An unknown route needs the strongest right of its method. */
function deedOf(method: string, path: string): Deed {
  if (method === 'GET' || method === 'HEAD') {
    if (path.endsWith('/roles')) return 'read roles';
    if (path.includes('/groups/:groupId')) return 'read groups';
    return path.endsWith('/factors/questions') ? 'read questions' : 'read';
  }
  if (method === 'DELETE' && path.endsWith('/factors/:factorId')) return 'reset';
  if (path.endsWith('/lifecycle/reset_factors')) return 'reset';
  if (path.endsWith('/lifecycle/unlock') || path.endsWith('/sessions')) return 'help';
  return path.includes('/factors') ? 'verify' : 'manage';
}

/** A helpdesk's rights are limited to its groups. */
const isLimited = ({ role }: Caller) => role === 'HELP_DESK_ADMIN';

/** Whether a limited caller may see this person. */
async function mayTouch(emulator: EmulatorContext, caller: Caller, personId: string): Promise<boolean> {
  const groups = await groupsOf(emulator.db, personId);
  return groups.some(({ id }) => caller.groups.includes(id));
}

/** The groups whose members a caller may see; null for all people. */
export function groupsSeenBy(caller: Caller | undefined): readonly string[] | null {
  if (!caller) return [];
  return isLimited(caller) ? caller.groups : null;
}

/** Names the missing scope, as in RFC 6750 section 3. */
function scopeMissing(emulator: EmulatorContext, scopes: readonly string[]): OktaError {
  const scope = scopes.length > 0 ? `, scope="${scopes[0]}"` : '';
  return new OktaError('E0000006', {
    headers: { 'www-authenticate': `Bearer realm="${emulator.url}", error="insufficient_scope"${scope}` },
  });
}

/**
 * Throws 403 E0000006 unless the caller's scopes (of a service app) and role allow what the route does to the person in
 * the path. An unknown person passes: the route answers 404.
 */
export async function assertAllowed(emulator: EmulatorContext, caller: Caller, request: FastifyRequest): Promise<void> {
  const deed = deedOf(request.method, request.routeOptions.url ?? '');
  const scopes = scopesFor[deed] ?? ['okta.users.manage'];
  if (caller.scopes && !scopes.some((scope) => caller.scopes?.includes(scope))) throw scopeMissing(emulator, scopes);
  if (!caller.role || !rights[caller.role].has(deed)) throw new OktaError('E0000006');
  const { id } = request.params as { id?: string };
  if (id === undefined || !isLimited(caller)) return;
  const person = await findPerson(emulator.db, id);
  if (person && !(await mayTouch(emulator, caller, person.id))) throw new OktaError('E0000006');
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Finds the API token of an `Authorization` header, in constant time.
 * @param isRevoked whether a token is accepted no more
 */
export function tokenReader(
  tokens: readonly ApiToken[],
  isRevoked: (token: string) => boolean = () => false,
): (header: string) => Caller | undefined {
  const known = tokens.map(({ token, role, groups = [] }) => ({
    token,
    expected: digest(`SSWS ${token}`),
    caller: { role, groups },
  }));
  return (header) => {
    const given = digest(header);
    const [found] = known.filter(({ expected }) => timingSafeEqual(given, expected));
    return found && !isRevoked(found.token) ? found.caller : undefined;
  };
}
