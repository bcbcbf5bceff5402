import type { EndpointRows } from '../../../http/endpoints/endpoint-row.ts';
import { readPolicy } from '../../../http/policies.ts';
import type { Replacements } from '../../../identity/step-up/replacements.ts';
import { describeReplacement } from '../../../identity/step-up/replacing.ts';
import { readResumable } from '../../../identity/step-up/resumable.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import { findLocation } from '../../../identity/authenticators/locations.ts';
import { kinds } from '../../../platform/kinds/registry.ts';
import {
  isPending,
  pickNamedMethod,
  listVerifications,
  type Engine,
} from '../../../identity/methods/security-methods.ts';
import { presentOwnFactor } from '../../../identity/methods/present.ts';
import { sparesFor } from '../../../identity/methods/spares.ts';
import type { OwnMethods } from '../read-security-methods.ts';

export const newPhoneRows = {
  getNewPhone: {
    ...readPolicy,
    async handler(
      { session, capabilities, securityMethods },
      services: { engine: () => Promise<Engine>; stepUps: StepUps; replacements: Replacements },
    ) {
      const [{ methods }, able, known] = await Promise.all([securityMethods(), capabilities(), services.engine()]);
      const { replacing } = await readResumable(services, session, methods);
      const finished = methods.filter((method) => !isPending(method));
      // Leaves out methods that the portal can neither add nor verify, such as Duo.
      const movable = finished.filter(
        (method) => kinds[method.kind].enroll !== null || listVerifications(method, able).length > 0,
      );
      return {
        person: session.user_id,
        methods: movable.map((method) => ({
          factor: presentOwnFactor(method),
          factorIds: method.members.map(({ id }) => id),
          onPhone: ['phone', 'unknown'].includes(findLocation(method)),
          way: describeReplacement(method.kind, known) ?? ('add' as const),
          spare: sparesFor(method, methods, able).length > 0,
        })),
        elsewhere: finished
          .filter((method) => !movable.includes(method) && findLocation(method) === 'phone')
          .map(pickNamedMethod),
        replacing,
      };
    },
  },
} satisfies EndpointRows<'getNewPhone', OwnMethods>;
