import { ApiError } from '#contract/errors.ts';
import type { Stop } from '../../../records/audit-log/audit-log.ts';
import { readPolicy } from '../../../http/policies.ts';
import type { LateHelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { personInPath } from '../access/subjects.ts';
import { isWatching, hashState, type WatchServices } from './person-watch.ts';

/** The endpoint that open pages about a person ask every 15 seconds. It reads the store alone. */
export const watchRows = {
  watchPerson: {
    ...readPolicy,
    who: 'staff',
    activity: false,
    // The token proves role and look, so that many open pages ask Okta nothing.
    atOnce: true,
    freezable: true,
    subject: personInPath,
    operations: () => ['view'],
    late: true,
    async handler({ session, params, query }: LateHelpdeskContext<'watchPerson', Stop>, services: WatchServices) {
      if (!isWatching(services, session.id, params.userId, query.token)) throw new ApiError('not_found');
      return { state: await hashState(services, params.userId) };
    },
  },
} satisfies HelpdeskRows<'watchPerson'>;
