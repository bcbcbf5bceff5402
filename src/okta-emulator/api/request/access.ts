import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import { listGroups } from '../../people/groups.ts';
import { findPerson } from '../../people/people.ts';
import type { AdminRole } from '../../people/roles.ts';
import { OktaError } from '../../wire/errors.ts';

/** `groups`: the ids of the groups whose members the owner may help. Only for HELP_DESK_ADMIN. */
export type ApiToken = { token: string; role: AdminRole; groups?: readonly string[] };

export const API_SCOPES = [
  'okta.users.read',
  'okta.users.manage',
  'okta.roles.read',
  'okta.roles.manage',
  'okta.groups.read',
  'okta.groups.manage',
  'okta.policies.read',
  'okta.policies.manage',
  'okta.authenticators.read',
  'okta.authenticators.manage',
] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** `scopes`: only for a service app. */
export type Caller = { role: AdminRole | undefined; groups: readonly string[]; scopes?: readonly string[] };

const EVERY_ROLE = ['SUPER_ADMIN', 'HELP_DESK_ADMIN', 'READ_ONLY_ADMIN'] as const;
const READERS = ['SUPER_ADMIN', 'READ_ONLY_ADMIN'] as const;
const HELPERS = ['SUPER_ADMIN', 'HELP_DESK_ADMIN'] as const;
const ONE = ['SUPER_ADMIN'] as const;

const reading = (of: 'users' | 'roles' | 'groups' | 'policies' | 'authenticators') =>
  [`okta.${of}.read`, `okta.${of}.manage`] as const;

/**
 * For each kind of call, the roles that may make it, and the scopes: a service app needs one of them. Okta has no scope
 * for the list of questions.
 */
const deeds = {
  read: { roles: EVERY_ROLE, scopes: reading('users') },
  'read questions': { roles: EVERY_ROLE, scopes: [] },
  'read roles': { roles: READERS, scopes: reading('roles') },
  'read groups': { roles: READERS, scopes: reading('groups') },
  'read policies': { roles: READERS, scopes: reading('policies') },
  'read authenticators': { roles: READERS, scopes: reading('authenticators') },
  verify: { roles: ONE, scopes: ['okta.users.manage'] },
  reset: { roles: HELPERS, scopes: ['okta.users.manage'] },
  help: { roles: HELPERS, scopes: ['okta.users.manage'] },
  manage: { roles: ONE, scopes: ['okta.users.manage'] },
  'manage roles': { roles: ONE, scopes: ['okta.roles.manage'] },
  'manage groups': { roles: ONE, scopes: ['okta.groups.manage'] },
  'manage policies': { roles: ONE, scopes: ['okta.policies.manage'] },
} as const satisfies Record<string, { roles: readonly AdminRole[]; scopes: readonly ApiScope[] }>;
type Deed = keyof typeof deeds;

/** The first row that matches the method and path is used. All other routes manage people. */
const routes: readonly (readonly [RegExp, Deed])[] = [
  [/^GET \/groups/, 'read groups'],
  [/^\w+ \/groups/, 'manage groups'],
  [/^GET \/policies/, 'read policies'],
  [/^\w+ \/policies/, 'manage policies'],
  [/^GET \/authenticators/, 'read authenticators'],
  [/^GET .*\/roles/, 'read roles'],
  [/^\w+ .*\/roles/, 'manage roles'],
  [/^GET .*\/factors\/questions$/, 'read questions'],
  [/^GET /, 'read'],
  [/^DELETE .*\/(factors\/:factorId|authenticator-enrollments\/:enrollmentId)$/, 'reset'],
  [/\/lifecycle\/reset_factors$/, 'reset'],
  [/\/lifecycle\/(unlock|reset_password|expire_password\w*)$|\/forgot_password$|\/sessions$/, 'help'],
  [/\/factors|\/authenticator-enrollments/, 'verify'],
];

function classify(method: string, route: string): Deed {
  const call = `${method === 'HEAD' ? 'GET' : method} ${route.replace(/^\/api\/v1/, '')}`;
  return routes.find(([pattern]) => pattern.test(call))?.[1] ?? 'manage';
}

const isLimited = ({ role }: Caller) => role === 'HELP_DESK_ADMIN';

async function mayTouch(emulator: EmulatorContext, caller: Caller, personId: string): Promise<boolean> {
  const groups = await listGroups(emulator.db, personId);
  return groups.some(({ id }) => caller.groups.includes(id));
}

/** Ids of the groups whose members the caller sees. Null: the caller sees all people. */
export function groupsSeenBy(caller: Caller | undefined): readonly string[] | null {
  if (!caller) return [];
  return isLimited(caller) ? caller.groups : null;
}

/** RFC 6750 section 3. */
function scopeMissing(emulator: EmulatorContext, scopes: readonly string[]): OktaError {
  const scope = scopes.length > 0 ? `, scope="${scopes[0]}"` : '';
  return new OktaError('E0000006', {
    headers: { 'www-authenticate': `Bearer realm="${emulator.url}", error="insufficient_scope"${scope}` },
  });
}

/** Throws 403 E0000006 for a refused call. A call about an unknown person passes, because its route answers 404. */
export async function assertAllowed(emulator: EmulatorContext, caller: Caller, request: FastifyRequest): Promise<void> {
  const deed = classify(request.method, request.routeOptions.url ?? '');
  const { roles, scopes }: { roles: readonly AdminRole[]; scopes: readonly ApiScope[] } = deeds[deed];
  if (caller.scopes && !scopes.some((scope) => caller.scopes?.includes(scope))) throw scopeMissing(emulator, scopes);
  if (!caller.role || !roles.includes(caller.role)) throw new OktaError('E0000006');
  const { id } = request.params as { id?: string };
  if (id === undefined || !isLimited(caller)) return;
  const person = await findPerson(emulator.db, id);
  if (person && !(await mayTouch(emulator, caller, person.id))) throw new OktaError('E0000006');
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Finds the API token of an `Authorization` header in constant time. */
export function tokenReader(
  tokens: readonly ApiToken[],
  isRevoked: (token: string) => boolean = () => false,
): (header: string) => Caller | undefined {
  const digests = tokens.map(({ token, role, groups = [] }) => ({
    token,
    expected: digest(`SSWS ${token}`),
    caller: { role, groups },
  }));
  return (header) => {
    const given = digest(header);
    const [found] = digests.filter(({ expected }) => timingSafeEqual(given, expected));
    return found && !isRevoked(found.token) ? found.caller : undefined;
  };
}
