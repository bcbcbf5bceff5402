import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import type { Sessions } from '../../identity/sessions/sessions.ts';
import { viewSession } from '../factors/read-handlers.ts';
import type { EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import { change, read } from '../../http/policies.ts';
import { endSessionsOf } from '../../identity/sessions/revocations.ts';
import { deviceOf } from '../../platform/client/device.ts';

/** A thief's session that uses up the person's limit, lock and calls to Okta can still be ended. */
const unhindered = { limit: 'unhindered', atOnce: true } as const;

/** A person's own sessions. */
export const sessionRows = {
  getSession: {
    ...read,
    activity: false,
    handler: ({ session }, services: Parameters<typeof viewSession>[0]) => viewSession(services, session),
  },

  listSessions: {
    ...read,
    async handler({ session }, { sessions }: { sessions: Sessions }) {
      const all = await sessions.list(session.user_id);
      return {
        sessions: all.map((one) => ({
          id: one.id,
          current: one.id === session.id,
          created: new Date(one.created_at).toISOString(),
          lastSeen: new Date(one.seen_at).toISOString(),
          ...deviceOf(one.agent),
          address: one.address,
        })),
      };
    },
  },

  endSession: {
    ...change('user.session.end', { ...unhindered, stepUp: 'sessions' }),
    async handler(
      { session, params, actor, endSession },
      { auditLog, sessions }: { auditLog: AuditLog; sessions: Sessions },
    ) {
      const about = { event: 'user.session.end', subject: session.user_id } as const;
      // One transaction, so that a session that did not end is not recorded as ended.
      await auditLog.event(actor, about, { outcome: 'success', reason: 'by its owner' }, async (tx) => {
        if (!(await sessions.end(session.user_id, params.id, tx))) throw new ApiError('not_found');
      });
      if (params.id === session.id) endSession();
      return undefined;
    },
  },

  endOtherSessions: {
    ...change('user.session.end_others', { ...unhindered, stepUp: 'sessions' }),
    async handler(
      { session, actor },
      { auditLog, clock, sessions }: { auditLog: AuditLog; clock: Clock; sessions: Sessions },
    ) {
      const { user_id: subject, id } = session;
      await sessions.refuseEarlierSignIns(subject);
      // Where no session ends there is no row: repeats would push all others off the history's first page.
      await auditLog.event(actor, { event: 'user.session.end_others', subject }, { outcome: 'success' }, async (tx) => {
        if (!(await endSessionsOf(subject, clock.now(), tx, id))) return false;
        return undefined;
      });
      return undefined;
    },
  },
} satisfies EndpointRows<'getSession' | 'listSessions' | 'endSession' | 'endOtherSessions'>;
