import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import { resetFactors } from '../factors/remove.ts';
import { setStatus } from '../people/people.ts';
import { PERSON_STATUSES, type PersonStatus } from '../store/schema.ts';
import { says } from './call.ts';
import { OktaError } from '../wire/errors.ts';
import { personOf } from './person.ts';

/** The status that each call needs, and the one it sets. Any other status: E0000038. */
const changes: Record<string, { from: readonly PersonStatus[]; to: PersonStatus }> = {
  suspend: { from: ['ACTIVE'], to: 'SUSPENDED' },
  unsuspend: { from: ['SUSPENDED'], to: 'ACTIVE' },
  unlock: { from: ['LOCKED_OUT'], to: 'ACTIVE' },
  activate: { from: ['STAGED', 'DEPROVISIONED'], to: 'ACTIVE' },
  deactivate: { from: PERSON_STATUSES.filter((status) => status !== 'DEPROVISIONED'), to: 'DEPROVISIONED' },
};

/** `POST /users/{id}/lifecycle/…`: each answers 200 with an empty object. */
export function lifecycleRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  for (const [name, { from, to }] of Object.entries(changes)) {
    app.post(`/users/:id/lifecycle/${name}`, async (request) => {
      const person = await personOf(emulator, request);
      if (!from.includes(person.status)) throw new OktaError('E0000038');
      await setStatus(emulator, person, to);
      return {};
    });
  }
  app.post('/users/:id/lifecycle/reset_factors', async (request) => {
    await resetFactors(emulator, await personOf(emulator, request), {
      removeRecoveryEnrollment: says(request, 'removeRecoveryEnrollment'),
    });
    return {};
  });
}
