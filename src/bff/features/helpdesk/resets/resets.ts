import { ApiError } from '#contract/errors.ts';
import type { ResetAnswer } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { Alarms } from '../../../records/alarms/alarms.ts';
import {
  together,
  type AuditDetails,
  type Actor,
  type Alongside,
  type AuditLog,
} from '../../../records/audit-log/audit-log.ts';
import { judgeFailure } from '../../../platform/errors/api-errors.ts';
import {
  namedMethodOf,
  type SecurityMethod,
  type SecurityMethods,
} from '../../../identity/methods/security-methods.ts';
import type { Outbox } from '../../../records/notifications/outbox.ts';
import type { CodeAttempts } from '../../../identity/step-up/code-attempts.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import { templatesOf } from '../../../records/notifications/templates/templates.ts';
import { endSessionsOf } from '../../../identity/sessions/revocations.ts';
import { changeStore, lockPeople } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import { randomToken } from '../../../platform/store/secrets.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { HelpdeskFactors } from '../access/helpdesk-factors.ts';
import { assertNoneFrozen, type Freezes } from '../freezes/freezes.ts';
import type { Traces } from '../traces/traces.ts';
import type { Unfreezes } from './unfreezes.ts';
import type { PendingCancellations } from '../freezes/pending-cancellations.ts';
import { afterOf, type After, type ResetMethod, type ResetPlan } from './reset-plan.ts';
import { formatCode } from '../recovery-codes/generated-codes.ts';
import { createRevocations } from './revocations.ts';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.ts';

export type Done = Extract<ResetAnswer, { status: 'done' }>;
export type Resets = ReturnType<typeof createResets>;

export type ResetParts = {
  store: Store;
  clock: Clock;
  okta: OktaClient;
  alarms: Pick<Alarms, 'raise'>;
  auditLog: AuditLog;
  outbox: Outbox;
  traces: Traces;
  freezes: Freezes;
  recoveryCodes: RecoveryCodes;
  approvals: Approvals;
  unfreezes: Unfreezes;
  pendingCancellations: PendingCancellations;
  codeAttempts: CodeAttempts;
  portal: { orgName: string; support: string | null; baseUrl: string };
};

/**
 * Creates the resets: they remove another person's methods, once, with all consequences. Callers hold the person's
 * lock.
 */
export function createResets({
  store,
  clock,
  okta,
  alarms,
  auditLog,
  outbox,
  traces,
  freezes,
  recoveryCodes,
  approvals,
  unfreezes,
  pendingCancellations,
  codeAttempts,
  portal,
}: ResetParts) {
  const { revoke, revokePending } = createRevocations({ store, clock, okta, alarms });

  /**
   * Returns the writes that belong to the outcome of a reset: it ends sessions, makes a recovery code, ends the
   * approval, and enqueues the notification with its link.
   */
  const finish =
    (plan: ResetPlan, { left, gone }: After): Alongside =>
    async (step) => {
      const { userId, approvalId } = plan;
      // A method that is left may be the thief's, so the freeze stays.
      const kept = gone.length < plan.methods.length ? { ...plan, unfreeze: null } : plan;
      await step
        .updateTable('resets')
        .set({ done_at: clock.now(), plan: JSON.stringify(kept), unfreezes: kept.unfreeze ? 1 : 0 })
        .where('id', '=', plan.id)
        .execute();
      await endSessionsOf(userId, clock.now(), step);
      // The person may have started an enrollment before the reset; completing it would need no recovery code.
      await pendingCancellations.addStarted(userId, plan.correlationId, step);
      if (plan.all) await codeAttempts.forgetWrongCodes(userId, step);
      if (approvalId !== null) await approvals.end(approvalId, 'done', step);
      const inPerson = plan.codeTo.length === 0;
      const made = left === 0 ? recoveryCodes.make(userId, { approvalId, inPerson }) : null;
      const token = await freezes.link(userId, step);
      const details = {
        name: plan.person,
        methods: gone.map(namedMethodOf),
        agent: plan.agent,
        at: clock.now(),
        nothingLeft: left === 0,
        addUrl: `${portal.baseUrl}/add`,
        freezeUrl: `${portal.baseUrl}/freeze/${token}`,
        ...portal,
      };
      const emails = templatesOf();
      const withCode = new Set(inPerson ? [] : plan.codeTo);
      const code = made && formatCode(made.code);
      const others = plan.addresses.filter((address) => !withCode.has(address));
      return together(
        made?.keep,
        outbox.enqueue({ addresses: plan.codeTo, ...emails.reset({ ...details, code }) }),
        outbox.enqueue({ addresses: others, ...emails.reset({ ...details, code: null }) }),
      )(step);
    };

  /**
   * Removes the methods of a plan one by one. All members of the Okta Verify family are removed. Where Okta removes the
   * others with the first, they are already gone.
   */
  async function take(factors: HelpdeskFactors, methods: readonly ResetMethod[], touched: () => void): Promise<void> {
    for (const { ids } of methods) {
      for (const [index, id] of ids.entries()) {
        try {
          await factors.delete(id);
        } catch (error) {
          if (index === 0 || !(error instanceof ApiError) || error.code !== 'not_found') throw error;
        }
        touched();
      }
    }
  }

  /**
   * Ends the freeze that waited for a reset, once. Returns true when this call ended it. If a staff member who takes
   * part was frozen meanwhile, the freeze stays.
   */
  async function unfreezeAfter(plan: ResetPlan): Promise<boolean> {
    if (!plan.unfreeze) return false;
    const unfrozen = await unfreezes.run(plan.unfreeze).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ApiError) return false;
        throw error;
      },
    );
    await store
      .updateTable('resets')
      .set({ plan: JSON.stringify({ ...plan, unfreeze: null }), unfreezes: 0 })
      .where('id', '=', plan.id)
      .execute();
    return unfrozen;
  }

  return {
    newId: () => randomToken(12),

    /**
     * Runs a reset. Rejects with an ApiError. When the outcome is unknown, it still ends the person's sessions, and
     * reconciliation finds the outcome.
     * @param read returns the person's methods after the reset
     */
    async run(
      actor: Actor,
      about: AuditDetails,
      plan: ResetPlan,
      factors: HelpdeskFactors,
      methods: readonly SecurityMethod[],
      read: () => Promise<SecurityMethods>,
    ): Promise<Done> {
      let touched = false;
      const going = new Set(plan.methods.flatMap(({ ids }) => ids));
      const judge = (error: unknown) => {
        const judged = judgeFailure(error);
        return touched ? { ...judged, outcome: 'unknown' as const } : judged;
      };
      const { after, now } = await auditLog
        .change(
          actor,
          about,
          async () => {
            if (plan.all) await factors.resetAll();
            else await take(factors, plan.methods, () => (touched = true));
            // This read may fail after a successful reset. Then the rest is assumed to be what the plan does not name.
            const after_ = await read().then(
              ({ methods: there }) => there,
              () => methods.filter(({ members }) => !members.some(({ id }) => going.has(id))),
            );
            return { now: after_, after: afterOf(plan, after_) };
          },
          {
            done: (found) => ({ alongside: finish(plan, found.after) }),
            judge,
            first: async (step) => {
              await lockPeople(step, actor.userId, about.approver, plan.userId);
              await assertNoneFrozen(step, [actor.userId, about.approver, plan.unfreeze ? null : plan.userId]);
              if (plan.approvalId === null) await traces.assertNone(step, plan.userId, actor.userId);
              if (plan.unfreeze) await unfreezes.assertStands(plan.unfreeze, step);
              if (plan.approvalId !== null) await approvals.assertApproved(plan.approvalId, step);
              const row = {
                id: plan.id,
                user_id: plan.userId,
                plan: JSON.stringify(plan),
                unfreezes: plan.unfreeze ? 1 : 0,
                approval_id: plan.approvalId,
                done_at: null,
              };
              return async (intent) => {
                await step
                  .insertInto('resets')
                  .values({ ...row, intent })
                  .execute();
              };
            },
          },
        )
        .catch(async (error: unknown) => {
          if (judge(error).outcome === 'unknown')
            await changeStore(store, (step) => endSessionsOf(plan.userId, clock.now(), step));
          else {
            await store.deleteFrom('resets').where('id', '=', plan.id).execute();
            if (plan.approvalId !== null) await approvals.end(plan.approvalId, 'failed');
          }
          throw error;
        });
      const unfrozen = after.gone.length === plan.methods.length && (await unfreezeAfter(plan));
      await revoke(plan.id, plan.userId);
      void outbox.flush();
      return {
        status: 'done',
        removed: after.gone.map(namedMethodOf),
        remaining: now.filter(({ counts }) => counts).map(namedMethodOf),
        recoveryCode:
          after.left > 0 ? null : { sentTo: plan.codeTo.map(maskAddress), inPerson: plan.codeTo.length === 0 },
        notified: plan.addresses.map(maskAddress),
        unfrozen,
      };
    },

    /** Returns the plan that is stored with an open intent. */
    async planOf(intent: number): Promise<ResetPlan | null> {
      const row = await store.selectFrom('resets').select('plan').where('intent', '=', intent).executeTakeFirst();
      return row ? (JSON.parse(row.plan) as ResetPlan) : null;
    },

    finish,

    /** Returns whether the plan of a failed reset is kept, because the reset may have happened. */
    async stands(id: string): Promise<boolean> {
      return (await store.selectFrom('resets').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
    },

    /** Deletes the plan of a reset that certainly did not happen. */
    async drop(plan: ResetPlan): Promise<void> {
      await store.deleteFrom('resets').where('id', '=', plan.id).execute();
      if (plan.approvalId !== null) await approvals.end(plan.approvalId, 'failed');
    },

    /**
     * Ends the freezes that waited for a reset. Then it ends the sessions that Okta did not end at the first attempt.
     */
    async reconcilePending(): Promise<void> {
      const pending = await store
        .selectFrom('resets')
        .select('plan')
        .where('done_at', 'is not', null)
        .where('unfreezes', '=', 1)
        .limit(50)
        .execute();
      for (const { plan } of pending) await unfreezeAfter(JSON.parse(plan) as ResetPlan);
      await revokePending();
    },
  };
}
