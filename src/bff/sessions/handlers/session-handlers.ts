import { ApiError } from '#contract/errors.ts';
import type { Handlers, Services } from '../../context.ts';
import { viewSession } from '../../factors/read-handlers.ts';
import { endSessionsOf } from '../revocations.ts';
import { deviceOf } from '../device.ts';

/** A person's own sessions. */
export function sessionHandlers(
  services: Services,
): Handlers<'getSession' | 'listSessions' | 'endSession' | 'endOtherSessions'> {
  const { auditLog, clock, sessions } = services;
  return {
    getSession: async ({ session }) => viewSession(services, session),

    async listSessions({ session }) {
      const all = await sessions.list(session.user_id);
      return {
        sessions: all.map((one) => ({
          id: one.id,
          current: one.id === session.id,
          created: new Date(one.created_at).toISOString(),
          lastSeen: new Date(one.seen_at).toISOString(),
          ...deviceOf(one.agent),
        })),
      };
    },

    async endSession({ session, params, actor, endSession }) {
      const about = { event: 'user.session.end', subject: session.user_id } as const;
      // One transaction: what did not end is not recorded as ended.
      await auditLog.event(actor, about, { outcome: 'success', reason: 'by its owner' }, async (step) => {
        if (!(await sessions.end(session.user_id, params.id, step)))
          throw new ApiError('not_found', 'There is no such session.');
      });
      if (params.id === session.id) endSession();
      return undefined;
    },

    async endOtherSessions({ session, actor }) {
      await auditLog.event(
        actor,
        { event: 'user.session.end_others', subject: session.user_id },
        { outcome: 'success' },
        (step) => endSessionsOf(session.user_id, clock.now(), step, session.id),
      );
      return undefined;
    },
  };
}
