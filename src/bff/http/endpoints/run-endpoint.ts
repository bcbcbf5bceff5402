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

/** `request.session` must be set. */
export function createRunner<Own, Allowed, Authorized, Services extends GuardServices>(
  services: Services,
  cookies: Cookies,
  rows: EndpointRows<EndpointName, Own, Allowed, Authorized, Services>,
  ask: GuardFunctions<Own, Allowed, Authorized>,
) {
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
    // An `atOnce` request, such as a freeze, must not wait for the connections that changes share.
    const scope = { ...row, change: row.change && !isAtOnce(row, raw.body ?? {}) };
    return (await runForRequest(request, scope, run)) as EndpointReply<N>;
  };
}
