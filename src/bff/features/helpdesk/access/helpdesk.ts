import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { Users, PortalUser } from '../../../identity/users/users.ts';
import { createMemberships, type Groups } from './memberships.ts';
import type { OperationGrant } from './helpdesk-factors.ts';
import { cellOf, operations, type Cell, type HelpdeskRoles, type Operation, type TargetKind } from './policy.ts';
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

/** Creates the helpdesk: who works there, whom they may help, and what the policy allows. */
export function createHelpdesk(settings: HelpdeskSettings, okta: OktaClient, users: Users, clock: Clock) {
  const { agentsGroupId, approversGroupId, auditorsGroupId, policy } = settings;
  const privilegedGroups = new Set(settings.privilegedGroupIds);
  const memberships = createMemberships(okta, clock);
  const privileges = createPrivileges(okta, clock);
  const everybodyHelped = new Set([...settings.scope.values()].flat());

  const isAuditor = (groups: Groups) => auditorsGroupId !== null && groups.has(auditorsGroupId);
  const isIn = (groups: Groups, scope: ReadonlySet<string>) => [...groups.keys()].some((id) => scope.has(id));

  /**
   * Returns the staff member's roles towards a person with these groups. An agent helps the people in their own scope.
   * An approver decides for everybody in any scope. An auditor has nothing to do with anybody.
   */
  function rolesTowards({ roles, groups: own }: StaffMember, groups: Groups): HelpdeskRoles {
    const helped = new Set([...settings.scope].filter(([agents]) => own.has(agents)).flatMap(([, theirs]) => theirs));
    const agent = roles.agent && isIn(groups, helped);
    return { agent, approver: roles.approver && isIn(groups, everybodyHelped), auditor: false };
  }

  async function staffOf(userId: string, now: boolean): Promise<StaffMember> {
    const groups = await memberships.of(userId, now);
    const [agent, approver] = [groups.has(agentsGroupId), groups.has(approversGroupId)];
    // Who acts at the helpdesk does not audit it.
    const auditor = isAuditor(groups) && !agent && !approver;
    return { userId, groups, roles: { agent, approver, auditor } };
  }

  function kindOfOther(groups: Groups): Exclude<TargetKind, 'self'> {
    if (groups.has(approversGroupId)) return 'above';
    if (groups.has(agentsGroupId)) return 'peer';
    // Who resets an auditor's methods can read the log in their name.
    return isAuditor(groups) || isIn(groups, privilegedGroups) ? 'privileged' : 'in-scope';
  }

  const kindByGroups = (staff: StaffMember, userId: string, groups: Groups): TargetKind =>
    userId === staff.userId ? 'self' : kindOfOther(groups);

  return {
    settings,
    memberships,

    /**
     * Returns whether a staff member's search finds a person: the person is in their scope, and the policy allows the
     * search for this kind of target.
     */
    async finds(staff: StaffMember, userId: string, groups: Groups): Promise<boolean> {
      const roles = rolesTowards(staff, groups);
      if (!roles.agent && !roles.approver) return false;
      const may = (kind: TargetKind) => cellOf(policy, roles, kind, 'search').allowed;
      const kind = kindByGroups(staff, userId, groups);
      // Administrator roles cost a call for each person, so they are read only when they can change the result.
      return kind === 'in-scope' && may('in-scope') !== may('privileged')
        ? may((await privileges.of(userId)) === 'none' ? kind : 'privileged')
        : may(kind);
    },

    /**
     * Returns whether alarms about a person go by themselves: staff, whoever has an administrator role or is in a
     * privileged group. A person whom Okta does not know is not. Throws the ApiError of Okta's failure.
     */
    async isPrivileged(userId: string): Promise<boolean> {
      try {
        return kindOfOther(await memberships.of(userId)) !== 'in-scope' || (await privileges.of(userId)) !== 'none';
      } catch (error) {
        if (error instanceof ApiError && error.code === 'not_found') return false;
        throw error;
      }
    },

    /** Returns what the policy lets the staff member do to a person, for the helpdesk's client of factors. */
    grant: ({ person, roles, kind }: Target): OperationGrant => ({
      userId: person.id,
      operations: new Set(operations.filter((operation) => cellOf(policy, roles, kind, operation).allowed)),
    }),

    /**
     * Returns a staff member with their roles, at most a minute old, or read now. Throws the ApiError of Okta's
     * failure.
     */
    staffOf,

    /** Returns only the roles. */
    rolesOf: async (userId: string, now: boolean): Promise<HelpdeskRoles> => (await staffOf(userId, now)).roles,

    /**
     * Returns the person with that id, if this staff member may know of them. Throws the same `not_found` for a person
     * outside the staff member's scope, a deactivated one and an unknown id.
     * @param now reads from Okta without the cache: before any change
     */
    async targetOf(staff: StaffMember, userId: string, now = false): Promise<Target> {
      let groups: Groups;
      try {
        groups = await memberships.of(userId, now);
      } catch (error) {
        throw error instanceof ApiError && error.code === 'not_found' ? nobodyThere() : error;
      }
      const roles = rolesTowards(staff, groups);
      if (!roles.agent && !roles.approver) throw nobodyThere();
      const [person, holds] = await Promise.all([
        (now ? users.read(userId) : users.known(userId)).catch((error: unknown) => {
          throw error instanceof ApiError && ['signed_out', 'not_found'].includes(error.code) ? nobodyThere() : error;
        }),
        privileges.of(userId, now),
      ]);
      if (person.status === 'DEPROVISIONED') throw nobodyThere();
      const byGroups = kindByGroups(staff, userId, groups);
      const kind = byGroups === 'in-scope' && holds !== 'none' ? 'privileged' : byGroups;
      return { person, kind, roles, groups, rolesUnknown: holds === 'unknown' };
    },

    /** Whether the policy lets somebody read all rows of the audit log, about whomever, and what that takes. */
    readsLog: (roles: HelpdeskRoles): Cell => cellOf(policy, roles, 'in-scope', 'readLog'),

    /** Returns the policy's cell for an operation on a person. */
    cell: ({ roles, kind }: Target, operation: Operation): Cell => cellOf(policy, roles, kind, operation),

    /** Throws `out_of_policy` with the rule that denies the operation. */
    assertAllowed({ roles, kind }: Target, operation: Operation): Cell {
      const cell = cellOf(policy, roles, kind, operation);
      if (!cell.allowed) throw ApiError.withRule('out_of_policy', cell.rule);
      return cell;
    },

    /** Clears the caches of groups and administrator roles. */
    forget() {
      memberships.forget();
      privileges.forget();
    },
  };
}
