import { ApiError } from '#contract/errors.ts';
import type { EndpointPolicy } from '../../../http/policies.ts';
import type { Helpdesk } from './helpdesk.ts';
import type { PortalUser } from '../../../identity/users/users.ts';
import { tolerate } from '../../../platform/store/failure.ts';
import { assertNotFrozen } from '../../../identity/users/assert-not-frozen.ts';
import { requireHelpdesk } from './authorize-operation.ts';
import type { KnownNames } from '../../../identity/users/known-names.ts';

/** Throws `not_found` (no helpdesk), `forbidden` (no role) or `frozen`. `now`: reads without the cache. */
export async function assertHelpdeskRole(
  services: Parameters<typeof assertNotFrozen>[0] & {
    helpdeskServices: { names: KnownNames };
    helpdesk: Helpdesk | null;
  },
  person: PortalUser,
  who: EndpointPolicy['who'],
  now: boolean,
): Promise<void> {
  const helpdesk = requireHelpdesk(services);
  const roles = await helpdesk.getRoles(person.id, now);
  const { agent, approver } = roles;
  const allowed: Partial<Record<typeof who, boolean>> = {
    agent,
    approver,
    staff: agent || approver,
    'log-reader': helpdesk.readsLog(roles).allowed,
  };
  if (!allowed[who]) throw new ApiError('forbidden');
  // An attacker may be using a frozen account, so it must not read about other people.
  await assertNotFrozen(services, person.id);
  await tolerate(services.helpdeskServices.names.record(person));
}
