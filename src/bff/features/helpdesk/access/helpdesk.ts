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

/** `roles`: the staff member's roles for this person, who may be outside an agent's scope. */
export type Target = {
  person: PortalUser;
  kind: TargetKind;
  roles: HelpdeskRoles;
  groups: Groups;
  rolesUnknown: boolean;
};

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
 * An agent helps the people in their own scope, an approver everybody in any scope.
 * An auditor has no role for a person.
 */
function rolesTowards(parts: Parts, { roles, groups: own }: StaffMember, groups: Groups): HelpdeskRoles {
  const { settings, everybodyHelped } = parts;
  const helped = new Set([...settings.scope].filter(([agents]) => own.has(agents)).flatMap(([, groupIds]) => groupIds));
  const agent = roles.agent && isIn(groups, helped);
  return { agent, approver: roles.approver && isIn(groups, everybodyHelped), auditor: false };
}

/** `now`: reads without the cache, which is up to a minute old. */
async function readStaffMember(parts: Parts, userId: string, now: boolean): Promise<StaffMember> {
  const { agentsGroupId, approversGroupId } = parts.settings;
  const groups = await parts.memberships.of(userId, now);
  const [agent, approver] = [groups.has(agentsGroupId), groups.has(approversGroupId)];
  // Agents and approvers do not audit their own work.
  const auditor = isAuditor(parts, groups) && !agent && !approver;
  return { userId, groups, roles: { agent, approver, auditor } };
}

function kindOfOther(parts: Parts, groups: Groups): Exclude<TargetKind, 'self'> {
  const { agentsGroupId, approversGroupId } = parts.settings;
  if (groups.has(approversGroupId)) return 'above';
  if (groups.has(agentsGroupId)) return 'peer';
  // A thief with an auditor's methods could read the whole log, so auditors are protected like administrators.
  return isAuditor(parts, groups) || isIn(groups, parts.privilegedGroups) ? 'privileged' : 'in-scope';
}

const kindByGroups = (parts: Parts, staff: StaffMember, userId: string, groups: Groups): TargetKind =>
  userId === staff.userId ? 'self' : kindOfOther(parts, groups);

async function finds(parts: Parts, staff: StaffMember, userId: string, groups: Groups): Promise<boolean> {
  const roles = rolesTowards(parts, staff, groups);
  if (!roles.agent && !roles.approver) return false;
  const may = (kind: TargetKind) => findCell(parts.settings.policy, roles, kind, 'search').allowed;
  const kind = kindByGroups(parts, staff, userId, groups);
  // Reading administrator roles costs one call per person, so they are read only if they can change the result.
  return kind === 'in-scope' && may('in-scope') !== may('privileged')
    ? may((await parts.privileges.of(userId)) === 'none' ? kind : 'privileged')
    : may(kind);
}

/** Returns false if Okta does not know the person. */
async function isPrivileged(parts: Parts, userId: string): Promise<boolean> {
  const { memberships, privileges } = parts;
  try {
    return kindOfOther(parts, await memberships.of(userId)) !== 'in-scope' || (await privileges.of(userId)) !== 'none';
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return false;
    throw error;
  }
}

const grant = ({ settings: { policy } }: Parts, { person, roles, kind }: Target): OperationGrant => ({
  userId: person.id,
  operations: new Set(operations.filter((operation) => findCell(policy, roles, kind, operation).allowed)),
});

const getRoles = async (parts: Parts, userId: string, now: boolean) =>
  (await readStaffMember(parts, userId, now)).roles;

/**
 * Throws the same `not_found` for a person outside the scope, a deactivated person and an unknown id, so that nobody
 * learns who exists. `now`: reads without the cache, which a change requires.
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

const readsLog = ({ settings }: Parts, roles: HelpdeskRoles): Cell =>
  findCell(settings.policy, roles, 'in-scope', 'readLog');

const findTargetCell = ({ settings }: Parts, { roles, kind }: Target, operation: Operation): Cell =>
  findCell(settings.policy, roles, kind, operation);

function assertAllowed(parts: Parts, target: Target, operation: Operation): Cell {
  const cell = findTargetCell(parts, target, operation);
  if (!cell.allowed) throw ApiError.withRule('out_of_policy', cell.rule);
  return cell;
}

function forget({ memberships, privileges }: Parts) {
  memberships.forget();
  privileges.forget();
}

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
