import type { HelpdeskSettings } from '#bff/features/helpdesk/access/settings.ts';
import type { OktaClient } from '#okta/client.ts';
import type { UserPage } from '#okta/users.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { ListedUser } from '#okta/wire/user.ts';
import type { PacedCall } from './pace.ts';

/** How many people a page of a list has. Such a page is at most a megabyte. */
const PAGE = 200;

/** `groups`: if empty, all ACTIVE people. */
export type Filter = { groups: readonly string[]; attributes: readonly string[]; roles: boolean };
export type Reading = { client: OktaClient; call: PacedCall };
/** `is`: the members' role at the helpdesk, or `privileged group`. */
export type Memberships = readonly { is: string; members: ReadonlySet<string> }[];
export const PRIVILEGED = 'privileged group';

async function readPages(call: PacedCall, readPage: (after?: string) => Promise<UserPage>) {
  const users: ListedUser[] = [];
  let unreadable = 0;
  for (let after: string | undefined; ;) {
    const page = await call(() => readPage(after));
    users.push(...page.users);
    unreadable += page.unreadable;
    if (page.next === null) return { users, unreadable };
    after = page.next;
  }
}

const readMembers = ({ client, call }: Reading, groupId: string, attributes: readonly string[] = []) =>
  readPages(call, (after) => client.groups.listGroupUsers({ groupId, attributes, limit: PAGE, after }));

/** Lists each person once, and counts the entries that could not be read. */
export async function listPeople(reading: Reading, { groups, attributes }: Filter) {
  const { client, call } = reading;
  const query = { search: 'status eq "ACTIVE"', attributes, limit: PAGE };
  const lists =
    groups.length > 0 ? [] : [await readPages(call, (after) => client.users.searchUsers({ ...query, after }))];
  for (const groupId of groups) lists.push(await readMembers(reading, groupId, attributes));
  const people = new Map(lists.flatMap(({ users }) => users.map((user) => [user.id, user] as const)));
  return { people: [...people.values()], unreadable: lists.reduce((sum, one) => sum + one.unreadable, 0) };
}

export function groupsOfSettings(settings: HelpdeskSettings | null): { is: string; id: string }[] {
  const { agentsGroupId, approversGroupId, auditorsGroupId, privilegedGroupIds = [] } = settings ?? {};
  const staff = Object.entries({ agent: agentsGroupId, approver: approversGroupId, auditor: auditorsGroupId });
  const named = [...privilegedGroupIds.map((id) => [PRIVILEGED, id] as const), ...staff];
  return named.flatMap(([is, id]) => (id ? [{ is, id }] : []));
}

export async function readMemberships(reading: Reading, settings: HelpdeskSettings | null): Promise<Memberships> {
  const read = [];
  for (const { is, id } of groupsOfSettings(settings)) read.push({ is, ...(await readMembers(reading, id)) });
  return read.map(({ is, users }) => ({ is, members: new Set(users.map(({ id }) => id)) }));
}

/** Rethrows an error that concerns all people. */
function findReadFault(error: unknown): 'unreadable' | 'not_allowed' | 'gone' {
  const { kind = null, status = null } = error instanceof OktaError ? error : {};
  if (kind === 'bad_reply') return 'unreadable';
  if (status === 403) return 'not_allowed';
  if (status === 404) return 'gone';
  throw error;
}

/** `fault`: why the factors could not be read. `administrator` null: unknown. */
export async function readPerson({ client, call }: Reading, userId: string, withRoles: boolean) {
  const factors = await call(() => client.userFactorApi.listFactors({ userId })).catch(findReadFault);
  const roles = withRoles && (await call(() => client.users.listAssignedRolesForUser({ userId })).catch(findReadFault));
  const administrator = Array.isArray(roles) ? roles.length > 0 : null;
  const isRead = typeof factors !== 'string';
  return { factors: isRead ? factors : null, fault: isRead ? null : factors, administrator };
}
export type PersonRead = Awaited<ReturnType<typeof readPerson>>;
