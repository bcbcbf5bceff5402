import { ApiError } from '#contract/errors.ts';
import { read } from '../../../http/policies.ts';
import type { LateHelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { personInPath } from '../access/subjects.ts';
import { contextOf, stateOf, type WatchNeeds } from './person-watch.ts';

/** The endpoint that open pages about a person ask every few seconds. It reads the store alone. */
export const watchRows = {
  watchPerson: {
    ...read,
    who: 'staff',
    activity: false,
    subject: personInPath,
    operations: () => ['view'],
    // The token proves that the policy allowed the look; asking it again would call Okta.
    late: true,
    async handler({ session, params, query }: LateHelpdeskContext<'watchPerson'>, services: WatchNeeds) {
      const [until = '', ...mac] = query.token.split('.');
      const isOurs = services.sealer.matches(mac.join('.'), until, contextOf(session.user_id, params.userId));
      if (!isOurs || services.clock.now() >= Number(until)) throw new ApiError('not_found');
      return { state: await stateOf(services, params.userId) };
    },
  },
} satisfies HelpdeskRows<'watchPerson'>;
