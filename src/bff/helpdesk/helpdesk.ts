import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { createMemberships } from './memberships.ts';
import type { HelpdeskSettings } from './settings.ts';

/** What somebody does at the helpdesk; most people nothing. */
export type Duties = { agent: boolean; admin: boolean };

export type Helpdesk = ReturnType<typeof createHelpdesk>;

/** The helpdesk: who works there, and whom they may help. */
export function createHelpdesk(settings: HelpdeskSettings, okta: OktaClient, clock: Clock) {
  const memberships = createMemberships(okta, clock);
  return {
    settings,

    /** What somebody does here by their groups, as at most a minute ago, or as now. Throws what the org's failures become. */
    async dutiesOf(userId: string, now: boolean): Promise<Duties> {
      const groups = await memberships.of(userId, now);
      return { agent: groups.has(settings.agentsGroupId), admin: groups.has(settings.adminsGroupId) };
    },

    /** Asks anew about everybody. */
    forget: memberships.forget,
  };
}
