import type { FastifyReply, FastifyRequest } from 'fastify';
import { getEndpoint } from '#contract/all.ts';
import type { EndpointName, EndpointReply } from '#contract/endpoints.ts';
import { withLeases } from '../../platform/store/lock.ts';
import type { Cookies } from '../cookies.ts';
import { isAtOnce } from '../policies.ts';
import { runForRequest } from '../request-scope.ts';
import type { EndpointRows } from './endpoint-row.ts';
import { endpointSteps } from './endpoint-steps.ts';
import type { GuardFunctions } from './guard-functions.ts';
import { runSteps, type AnyRow, type Arrived, type Guards, type GuardServices } from './steps.ts';

export type Runner = ReturnType<typeof createRunner>;

/**
 * Returns what runs an endpoint's steps. The session was found on arrival.
 * @param rows every endpoint's guards and handler
 */
export function createRunner<Own, Allowed, Authorized, Services extends GuardServices>(
  services: Services,
  cookies: Cookies,
  rows: EndpointRows<EndpointName, Own, Allowed, Authorized, Services>,
  ask: GuardFunctions<Own, Allowed, Authorized>,
) {
  // The steps pass these values on without knowing their types.
  const guards = { services, cookies, ask } as unknown as Guards;
  return async <N extends EndpointName>(
    name: N,
    request: FastifyRequest,
    reply: FastifyReply,
    raw: Arrived['raw'],
  ): Promise<EndpointReply<N>> => {
    const row = rows[name] as unknown as AnyRow;
    const arrived: Arrived = {
      ...{ name, row, endpoint: getEndpoint(name), request, reply, raw },
      ...{ session: request.session!, locks: 'free' },
    };
    const run = () => withLeases(() => runSteps(endpointSteps, arrived, guards));
    // A freeze uses no connection of the share that changes have.
    const scope = { ...row, change: row.change && !isAtOnce(row, raw.body ?? {}) };
    return (await runForRequest(request, scope, run)) as EndpointReply<N>;
  };
}
