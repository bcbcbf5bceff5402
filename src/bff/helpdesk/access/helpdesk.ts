import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { Users, PortalUser } from '../../users/users.ts';
import { createMemberships } from './memberships.ts';
import type { Groups } from './memberships.ts';
import type { OperationGrant } from './helpdesk-factors.ts';
import { cellOf, operations } from './policy.ts';
import type { Cell, HelpdeskRoles, Operation, TargetKind } from './policy.ts';
import { createPrivileges } from './privileges.ts';
import { createSearch } from '../search/search.ts';
import type { HelpdeskSettings } from './settings.ts';

/**
 * A person as somebody at the helpdesk sees them. `roles` are those that the staff member has towards this person:
 * somebody who
 * is agent and approver acts as an agent in the agents' scope alone.
 */
export type Target = {
  person: PortalUser;
  kind: TargetKind;
  roles: HelpdeskRoles;
  groups: Groups;
  rolesUnknown: boolean;
};

/** Who looks: the person of a session, with their roles and the groups that those hang on. */
export type StaffMember = { userId: string; roles: HelpdeskRoles; groups: Groups };

export type Helpdesk = ReturnType<typeof createHelpdesk>;

const nobodyThere = () => new ApiError('not_found', 'There is nobody of that name.');

/** The helpdesk: who works there, whom they may help, and what the policy says of it. */
export function createHelpdesk(settings: HelpdeskSettings, okta: OktaClient, users: Users, clock: Clock) {
  const { agentsGroupId, adminsGroupId, policy } = settings;
  const privilegedGroups = new Set(settings.privilegedGroupIds);
  const memberships = createMemberships(okta, clock);
  const privileges = createPrivileges(okta, clock);
  const everybodyHelped = new Set([...settings.scope.values()].flat());

  const isIn = (groups: Groups, scope: ReadonlySet<string>) => [...groups.keys()].some((id) => scope.has(id));

  /**
   * The roles of the staff member towards somebody with these groups: an agent helps the people of her own scope, an
   * approver decides
   * for everybody in scope.
   */
  function rolesTowards({ roles, groups: own }: StaffMember, groups: Groups): HelpdeskRoles {
    const helped = new Set([...settings.scope].filter(([agents]) => own.has(agents)).flatMap(([, theirs]) => theirs));
    return { agent: roles.agent && isIn(groups, helped), admin: roles.admin && isIn(groups, everybodyHelped) };
  }

  async function staffOf(userId: string, now: boolean): Promise<StaffMember> {
    const groups = await memberships.of(userId, now);
    return { userId, groups, roles: { agent: groups.has(agentsGroupId), admin: groups.has(adminsGroupId) } };
  }

  function kindByGroups(staff: StaffMember, userId: string, groups: Groups): TargetKind {
    if (userId === staff.userId) return 'self';
    if (groups.has(adminsGroupId)) return 'above';
    if (groups.has(agentsGroupId)) return 'peer';
    return isIn(groups, privilegedGroups) ? 'privileged' : 'in-scope';
  }

  const access = {
    settings,

    /**
     * Whether somebody is found by this staff member: exists for them at all, and is of a kind that the policy lets
     * them
     * search for.
     */
    async finds(staff: StaffMember, userId: string, groups: Groups): Promise<boolean> {
      const roles = rolesTowards(staff, groups);
      if (!roles.agent && !roles.admin) return false;
      const may = (kind: TargetKind) => cellOf(policy, roles, kind, 'search').allowed;
      const kind = kindByGroups(staff, userId, groups);
      // Roles are asked for only where something hangs on them: it is a call for each person.
      return kind === 'in-scope' && may('in-scope') !== may('privileged')
        ? may((await privileges.of(userId)) === 'none' ? kind : 'privileged')
        : may(kind);
    },

    /** What the policy lets the staff member do to a person, as the helpdesk's client of factors takes it. */
    grant: ({ person, roles, kind }: Target): OperationGrant => ({
      userId: person.id,
      operations: new Set(operations.filter((operation) => cellOf(policy, roles, kind, operation).allowed)),
    }),

    /**
     * Somebody with what they may do here, as at most a minute ago, or as now. Throws what the org's failures become.
     */
    staffOf,

    /** Their roles alone. */
    rolesOf: async (userId: string, now: boolean): Promise<HelpdeskRoles> => (await staffOf(userId, now)).roles,

    /**
     * The person with that id, as this staff member may know them. Throws `not_found` alike for whoever is outside the
     * staff member's scope, deactivated, or not there at all.
     * @param now asks the org anew: before any change
     */
    async targetOf(staff: StaffMember, userId: string, now = false): Promise<Target> {
      let groups: Groups;
      try {
        groups = await memberships.of(userId, now);
      } catch (error) {
        throw error instanceof ApiError && error.code === 'not_found' ? nobodyThere() : error;
      }
      const roles = rolesTowards(staff, groups);
      if (!roles.agent && !roles.admin) throw nobodyThere();
      const [person, holds] = await Promise.all([
        (now ? users.read(userId) : users.known(userId)).catch((error: unknown) => {
          throw error instanceof ApiError && error.code === 'signed_out' ? nobodyThere() : error;
        }),
        privileges.of(userId, now),
      ]);
      if (person.status === 'DEPROVISIONED') throw nobodyThere();
      const byGroups = kindByGroups(staff, userId, groups);
      const kind = byGroups === 'in-scope' && holds !== 'none' ? 'privileged' : byGroups;
      return { person, kind, roles, groups, rolesUnknown: holds === 'unknown' };
    },

    /** What the policy says of an operation on a person. */
    cell: ({ roles, kind }: Target, operation: Operation): Cell => cellOf(policy, roles, kind, operation),

    /** Throws `out_of_policy` with the rule that says no. */
    assertAllowed({ roles, kind }: Target, operation: Operation): Cell {
      const cell = cellOf(policy, roles, kind, operation);
      if (!cell.allowed)
        throw new ApiError('out_of_policy', 'The helpdesk’s rules do not allow this.', { rule: cell.rule });
      return cell;
    },

    /** Asks anew about everybody. */
    forget() {
      memberships.forget();
      privileges.forget();
    },
  };
  return { ...access, search: createSearch(okta, { memberships, finds: access.finds }, clock) };
}
