import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { Users, PortalUser } from '../../../identity/users/users.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import { createMemberships, type Groups } from './memberships.ts';
import type { OperationGrant } from './helpdesk-factors.ts';
import { findCell, operations, type Cell, type HelpdeskRoles, type Operation, type TargetKind } from './policy.ts';
import { createPrivileges } from './privileges.ts';
import type { HelpdeskSettings } from './settings.ts';

/**
 * A person as a staff member sees them. `roles` are the staff member's roles towards this person: an agent who is also
 * an approver acts as an agent only in the agents' scope.
 */
export type Target = {
  person: PortalUser;
  kind: TargetKind;
  roles: HelpdeskRoles;
  groups: Groups;
  rolesUnknown: boolean;
};

/** The staff member of a session, with their roles and the groups that give these roles. */
export type StaffMember = { userId: string; roles: HelpdeskRoles; groups: Groups };

export type Helpdesk = ReturnType<typeof createHelpdesk>;

const nobodyThere = () => new ApiError('not_found');

type Parts = {
  settings: HelpdeskSettings;
  users: Users;
  memberships: ReturnType<typeof createMemberships>;
  privileges: ReturnType<typeof createPrivileges>;
  privilegedGroups: ReadonlySet<string>;
  everybodyHelped: ReadonlySet<string>;
};

const isAuditor = ({ settings: { auditorsGroupId } }: Parts, groups: Groups) =>
  auditorsGroupId !== null && groups.has(auditorsGroupId);
const isIn = (groups: Groups, scope: ReadonlySet<string>) => [...groups.keys()].some((id) => scope.has(id));

/**
 * Returns the staff member's roles towards a person with these groups. An agent helps the people in their own scope.
 * An approver decides for everybody in any scope. An auditor has nothing to do with anybody.
 */
function rolesTowards(parts: Parts, { roles, groups: own }: StaffMember, groups: Groups): HelpdeskRoles {
  const { settings, everybodyHelped } = parts;
  const helped = new Set([...settings.scope].filter(([agents]) => own.has(agents)).flatMap(([, groupIds]) => groupIds));
  const agent = roles.agent && isIn(groups, helped);
  return { agent, approver: roles.approver && isIn(groups, everybodyHelped), auditor: false };
}

/** Returns a staff member with their roles, at most a minute old, or read now. Throws the error of Okta's failure. */
async function readStaffMember(parts: Parts, userId: string, now: boolean): Promise<StaffMember> {
  const { agentsGroupId, approversGroupId } = parts.settings;
  const groups = await parts.memberships.of(userId, now);
  const [agent, approver] = [groups.has(agentsGroupId), groups.has(approversGroupId)];
  // Who acts at the helpdesk does not audit it.
  const auditor = isAuditor(parts, groups) && !agent && !approver;
  return { userId, groups, roles: { agent, approver, auditor } };
}

function kindOfOther(parts: Parts, groups: Groups): Exclude<TargetKind, 'self'> {
  const { agentsGroupId, approversGroupId } = parts.settings;
  if (groups.has(approversGroupId)) return 'above';
  if (groups.has(agentsGroupId)) return 'peer';
  // Who resets an auditor's methods can read the log in their name.
  return isAuditor(parts, groups) || isIn(groups, parts.privilegedGroups) ? 'privileged' : 'in-scope';
}

const kindByGroups = (parts: Parts, staff: StaffMember, userId: string, groups: Groups): TargetKind =>
  userId === staff.userId ? 'self' : kindOfOther(parts, groups);

/**
 * Returns whether a staff member's search finds a person: the person is in their scope, and the policy allows the
 * search for this kind of target.
 */
async function finds(parts: Parts, staff: StaffMember, userId: string, groups: Groups): Promise<boolean> {
  const roles = rolesTowards(parts, staff, groups);
  if (!roles.agent && !roles.approver) return false;
  const may = (kind: TargetKind) => findCell(parts.settings.policy, roles, kind, 'search').allowed;
  const kind = kindByGroups(parts, staff, userId, groups);
  // Administrator roles cost a call for each person, so they are read only when they can change the result.
  return kind === 'in-scope' && may('in-scope') !== may('privileged')
    ? may((await parts.privileges.of(userId)) === 'none' ? kind : 'privileged')
    : may(kind);
}

/**
 * Returns whether alarms treat a person as privileged: helpdesk staff, administrators, and members of a privileged
 * group. A person whom Okta does not know is not. Throws the ApiError of Okta's failure.
 */
async function isPrivileged(parts: Parts, userId: string): Promise<boolean> {
  const { memberships, privileges } = parts;
  try {
    return kindOfOther(parts, await memberships.of(userId)) !== 'in-scope' || (await privileges.of(userId)) !== 'none';
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return false;
    throw error;
  }
}

/** Returns what the policy lets the staff member do to a person, for the helpdesk's client of factors. */
const grant = ({ settings: { policy } }: Parts, { person, roles, kind }: Target): OperationGrant => ({
  userId: person.id,
  operations: new Set(operations.filter((operation) => findCell(policy, roles, kind, operation).allowed)),
});

/** Returns only the roles. */
const getRoles = async (parts: Parts, userId: string, now: boolean) =>
  (await readStaffMember(parts, userId, now)).roles;

/**
 * Returns the person with that id, if this staff member may know of them. Throws the same `not_found` for a person
 * outside the staff member's scope, a deactivated one and an unknown id.
 * @param now reads from Okta without the cache: before any change
 */
async function readTarget(parts: Parts, staff: StaffMember, userId: string, now = false): Promise<Target> {
  const { users, memberships, privileges } = parts;
  let groups: Groups;
  try {
    groups = await memberships.of(userId, now);
  } catch (error) {
    throw error instanceof ApiError && error.code === 'not_found' ? nobodyThere() : error;
  }
  const roles = rolesTowards(parts, staff, groups);
  if (!roles.agent && !roles.approver) throw nobodyThere();
  const [person, holds] = await Promise.all([
    (now ? users.read(userId) : users.getKnown(userId)).catch((error: unknown) => {
      throw error instanceof ApiError && ['signed_out', 'not_found'].includes(error.code) ? nobodyThere() : error;
    }),
    privileges.of(userId, now),
  ]);
  if (person.status === 'DEPROVISIONED') throw nobodyThere();
  const byGroups = kindByGroups(parts, staff, userId, groups);
  const kind = byGroups === 'in-scope' && holds !== 'none' ? 'privileged' : byGroups;
  return { person, kind, roles, groups, rolesUnknown: holds === 'unknown' };
}

/** The policy's cell for reading the whole audit log. */
const readsLog = ({ settings }: Parts, roles: HelpdeskRoles): Cell =>
  findCell(settings.policy, roles, 'in-scope', 'readLog');

/** Returns the policy's cell for an operation on a person. */
const findTargetCell = ({ settings }: Parts, { roles, kind }: Target, operation: Operation): Cell =>
  findCell(settings.policy, roles, kind, operation);

/** Throws `out_of_policy` with the rule that denies the operation. */
function assertAllowed(parts: Parts, target: Target, operation: Operation): Cell {
  const cell = findTargetCell(parts, target, operation);
  if (!cell.allowed) throw ApiError.withRule('out_of_policy', cell.rule);
  return cell;
}

/** Clears the caches of groups and administrator roles. */
function forget({ memberships, privileges }: Parts) {
  memberships.forget();
  privileges.forget();
}

/** Creates the helpdesk: who works there, whom they may help, and what the policy allows. */
export function createHelpdesk(settings: HelpdeskSettings, okta: OktaClient, users: Users, clock: Clock) {
  const memberships = createMemberships(okta, clock);
  const parts: Parts = {
    settings,
    users,
    memberships,
    privileges: createPrivileges(okta, clock),
    privilegedGroups: new Set(settings.privilegedGroupIds),
    everybodyHelped: new Set([...settings.scope.values()].flat()),
  };
  const functions = {
    finds,
    isPrivileged,
    grant,
    readStaffMember,
    getRoles,
    readTarget,
    readsLog,
    cell: findTargetCell,
    assertAllowed,
  };
  return { settings, memberships, ...bindParts(parts, { ...functions, forget }) };
}
