import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import { findPerson, groupsOf } from '../people/people.ts';
import type { AdminRole } from '../people/roles.ts';
import { OktaError } from '../wire/errors.ts';

/**
 * A token of the management API and what its owner may. `groups` are ids, for HELP_DESK_ADMIN: whose members it may
 * help.
 */
export type ApiToken = { token: string; role: AdminRole; groups?: readonly string[] };

/** Scopes of the org authorization server that a service app can be granted. */
export const API_SCOPES = ['okta.users.read', 'okta.users.manage', 'okta.roles.read', 'okta.groups.read'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** Who calls the API: a token's owner, or a service app, whose scopes narrow what its role gives. */
export type Caller = { role: AdminRole | undefined; groups: readonly string[]; scopes?: readonly string[] };

/** What a call does, as far as rights tell calls apart. */
type Deed = 'read' | 'read roles' | 'read questions' | 'prove' | 'reset' | 'help' | 'manage';

/**
 * Okta's standard roles (fact sheet, section 11). Who resets methods does not set them up: neither does Okta's own
 * permission for it.
 */
const rights: Record<AdminRole, ReadonlySet<Deed>> = {
  SUPER_ADMIN: new Set(['read', 'read roles', 'read questions', 'prove', 'reset', 'help', 'manage']),
  HELP_DESK_ADMIN: new Set(['read', 'read questions', 'reset', 'help']),
  READ_ONLY_ADMIN: new Set(['read', 'read roles', 'read questions']),
};

/** Scopes that allow a deed, any one of them. Questions are open to API tokens alone: their only published scheme. */
const scopesFor: Record<Deed, readonly ApiScope[]> = {
  read: ['okta.users.read', 'okta.users.manage'],
  'read roles': ['okta.roles.read'],
  'read questions': [],
  prove: ['okta.users.manage'],
  reset: ['okta.users.manage'],
  help: ['okta.users.manage'],
  manage: ['okta.users.manage'],
};

/** What a route does. One that nobody thought of is the strongest deed its method allows. */
function deedOf(method: string, path: string): Deed {
  if (method === 'GET' || method === 'HEAD') {
    if (path.endsWith('/roles')) return 'read roles';
    return path.endsWith('/factors/questions') ? 'read questions' : 'read';
  }
  if (method === 'DELETE' && path.endsWith('/factors/:factorId')) return 'reset';
  if (path.endsWith('/lifecycle/reset_factors')) return 'reset';
  if (path.endsWith('/lifecycle/unlock') || path.endsWith('/sessions')) return 'help';
  return path.includes('/factors') ? 'prove' : 'manage';
}

/** A helpdesk's rights end at its groups. */
const isLimited = ({ role }: Caller) => role === 'HELP_DESK_ADMIN';

/** Whether a limited caller may see this person at all. */
async function mayTouch(emulator: EmulatorContext, caller: Caller, personId: string): Promise<boolean> {
  const groups = await groupsOf(emulator.db, personId);
  return groups.some(({ id }) => caller.groups.includes(id));
}

/** Whose members a caller may see; null for everybody. */
export function groupsSeenBy(caller: Caller | undefined): readonly string[] | null {
  if (!caller) return [];
  return isLimited(caller) ? caller.groups : null;
}

/** Says which scope was missing, as RFC 6750 section 3 has it. */
function scopeMissing(emulator: EmulatorContext, scopes: readonly string[]): OktaError {
  const scope = scopes.length > 0 ? `, scope="${scopes[0]}"` : '';
  return new OktaError('E0000006', {
    headers: { 'www-authenticate': `Bearer realm="${emulator.url}", error="insufficient_scope"${scope}` },
  });
}

/**
 * Throws 403 E0000006 unless the caller's scopes (a service app's) and role allow what the matched route does, to the
 * person it names. A person whom nobody is passes here: the route answers 404 for them.
 */
export async function assertAllowed(emulator: EmulatorContext, caller: Caller, request: FastifyRequest): Promise<void> {
  const deed = deedOf(request.method, request.routeOptions.url ?? '');
  const scopes = scopesFor[deed];
  if (caller.scopes && !scopes.some((scope) => caller.scopes?.includes(scope))) throw scopeMissing(emulator, scopes);
  if (!caller.role || !rights[caller.role].has(deed)) throw new OktaError('E0000006');
  const { id } = request.params as { id?: string };
  if (id === undefined || !isLimited(caller)) return;
  const person = await findPerson(emulator.db, id);
  if (person && !(await mayTouch(emulator, caller, person.id))) throw new OktaError('E0000006');
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Tells whose API token an `Authorization` header carries, in time that does not depend on which one it almost is. */
export function tokenReader(tokens: readonly ApiToken[]): (header: string) => Caller | undefined {
  const known = tokens.map(({ token, role, groups = [] }) => ({
    expected: digest(`SSWS ${token}`),
    caller: { role, groups },
  }));
  return (header) => {
    const given = digest(header);
    const [found] = known.filter(({ expected }) => timingSafeEqual(given, expected));
    return found?.caller;
  };
}
