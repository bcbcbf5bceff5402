import { ApiError } from '#contract/errors.ts';
import type { Stop } from '../../../records/audit-log/audit-log.ts';
import { readPolicy } from '../../../http/policies.ts';
import type { LateHelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { personInPath } from '../access/subjects.ts';
import { isWatching, hashState, type WatchServices } from './person-watch.ts';

/** Open pages poll this every 15 s, so it reads only the store. */
export const watchRows = {
  watchPerson: {
    ...readPolicy,
    who: 'staff',
    activity: false,
    // The token replaces the role check, so many open pages cause no calls to Okta.
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
