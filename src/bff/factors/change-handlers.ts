import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Alongside, AuditLog } from '../audit-log/audit-log.ts';
import type { RemovedAddresses } from '../notifications/removed-addresses.ts';
import type { StepUps } from '../step-up/step-ups.ts';
import type { FactorNotes } from './methods/notes.ts';
import { judgeFailure } from '../errors/api-errors.ts';
import type { EndpointRows } from '../http/endpoints/endpoint-row.ts';
import type { OwnMethods } from './read-security-methods.ts';
import { change } from '../http/policies.ts';
import { enqueueNotification, type NotificationNeeds } from '../notifications/enqueue.ts';
import { addressOf, findSecurityMethod, isPending } from './methods/security-methods.ts';
import { presentOwnFactor, requiredKinds } from './methods/present.ts';
import type { Minimums } from './minimum-settings.ts';
import { keptBecause } from './removal-rules.ts';

type Noting = { auditLog: AuditLog; notes: FactorNotes };
type Removing = Noting &
  NotificationNeeds & { stepUps: StepUps; removedAddresses: RemovedAddresses; clock: Clock; minimums: Minimums };

/** Changes to an existing method: renaming and removing. */
export const changeRows = {
  nameFactor: {
    ...change('user.mfa.factor.rename', { freezable: true }),
    async handler({ session, params, body, actor, securityMethods }, { auditLog, notes }: Noting) {
      const target = findSecurityMethod((await securityMethods()).methods, params.factorId);
      if (!target) throw new ApiError('not_found');
      const { id, kind, members } = target;
      // The name is the person's own data, so the audit log does not contain it.
      const about = { event: 'user.mfa.factor.rename', subject: session.user_id, factorId: id, kind } as const;
      await auditLog.event(actor, about, {
        outcome: 'success',
        reason: body.name === '' ? 'name taken away' : 'named',
      });
      const name = body.name === '' ? null : body.name;
      await notes.change(
        session.user_id,
        id,
        members.map((member) => member.id),
        { name },
      );
      return { factor: presentOwnFactor({ ...target, name }) };
    },
  },

  deleteFactor: {
    ...change('user.mfa.factor.deactivate', { freezable: true, stepUp: 'remove' }),
    async handler(context, services: Removing) {
      const { auditLog, notes, stepUps, removedAddresses } = services;
      const { session, person, factors, params, actor } = context;
      const whole = await context.securityMethods();
      const target = findSecurityMethod(whole.methods, params.factorId);
      if (!target) throw new ApiError('not_found');
      const unfinished = isPending(target);
      if (!unfinished) {
        const required = requiredKinds(await factors.catalog(true));
        const { clock, minimums } = services;
        const reason = keptBecause(target, whole, { required, minimums, now: clock.now() });
        if (reason) throw new ApiError(reason);
      }
      const address = unfinished ? null : addressOf(target);
      let intent: number | null = null;
      let touched = false;
      const judge: typeof judgeFailure = (error) =>
        touched ? { ...judgeFailure(error), outcome: 'unknown' } : judgeFailure(error);
      // The reconciliation looks for the representative member, so that one goes first.
      const members = target.members.toSorted((a, b) => Number(b.id === target.id) - Number(a.id === target.id));
      const done: Alongside = async (step) => {
        if (intent !== null) await removedAddresses.drop(intent, step);
        return enqueueNotification(services, 'removed', person, target, actor.agent, address)(step);
      };
      const removing = auditLog.change(
        actor,
        { event: 'user.mfa.factor.deactivate', subject: session.user_id, factorId: target.id, kind: target.kind },
        async () => {
          // A family is removed as one; where Okta removes the other members itself, they no longer exist.
          for (const member of members) {
            try {
              await factors.remove(member.id);
            } catch (error) {
              if (!touched || !(error instanceof ApiError) || error.code !== 'not_found') throw error;
            }
            touched = true;
          }
        },
        {
          done: () => (unfinished ? {} : { alongside: done }),
          judge,
          first: async (step) => {
            if (address === null) return;
            return async (seq) => {
              intent = seq;
              await removedAddresses.keep(seq, address, step);
            };
          },
        },
      );
      await removing.catch(async (error: unknown) => {
        // The reconciliation finds out an unknown outcome later, and notifies the person then.
        if (intent !== null && judge(error).outcome === 'failure') await removedAddresses.drop(intent);
        throw error;
      });
      const ids = target.members.map(({ id }) => id);
      for (const id of ids) await stepUps.dropGrants(id);
      await notes.drop(session.user_id, ids);
      void services.outbox.flush();
      return undefined;
    },
  },
} satisfies EndpointRows<'nameFactor' | 'deleteFactor', OwnMethods>;
