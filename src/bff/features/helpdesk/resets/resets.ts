import type { Settings } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { ResetAnswer } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { Alarms } from '../../../records/alarms/alarms.ts';
import {
  allInTransaction,
  type InTransaction,
  type AuditLog,
  type Decision,
  type NewRow,
} from '../../../records/audit-log/audit-log.ts';
import { classifyFailure, UnrecordedOutcome } from '../../../platform/errors/api-errors.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';
import type { Outbox } from '../../../records/notifications/outbox.ts';
import type { CodeAttempts } from '../../../identity/step-up/code-attempts.ts';
import { findEmailStyle, writeEmail } from '../../../records/notifications/languages.ts';
import { endSessions } from '../../../identity/sessions/revocations.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { HelpdeskFactors } from '../access/helpdesk-factors.ts';
import type { CallerVerifications } from '../caller-verification/caller-verifications.ts';
import type { Freezes } from '../freezes/freezes.ts';
import type { PendingCancellations } from '../freezes/pending-cancellations.ts';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';
import { notFrozen } from '../freezes/freeze-window.ts';
import { begin } from './begin.ts';
import {
  describeEffects,
  listRemoved,
  toAuditDetails,
  toRemovalDetails,
  acceptsCode,
  takesEveryMethod,
  type BegunReset,
  type ResetMethod,
} from '../reset-model/reset.ts';
import { createReader, finish } from './finish.ts';
import type { ResetLimits } from '../reset-model/reset-limits.ts';
import { createRevocations, type Revocations } from './revocations.ts';

/** The time until reconciliation runs again. */
const RECONCILED_MS = 60_000;

export type Done = Extract<ResetAnswer, { status: 'done' }>;
export type Resets = ReturnType<typeof createResets>;

export type ResetParts = {
  store: Store;
  clock: Clock;
  okta: OktaClient;
  alarms: Pick<Alarms, 'raise'>;
  auditLog: AuditLog;
  outbox: Outbox;
  callerVerifications: CallerVerifications;
  attackSigns: AttackSigns;
  limits: ResetLimits;
  freezes: Freezes;
  recoveryCodes: RecoveryCodes;
  approvals: Approvals;
  pendingCancellations: PendingCancellations;
  codeAttempts: CodeAttempts;
  portal: { orgName: string; support: string | null; baseUrl: string; languages: Settings['languages'] };
};

type Parts = ResetParts & { revocations: Revocations };

/**
 * Okta may remove all factors of a method together, so `not_found` is no error after the first.
 * Throws UnrecordedOutcome if something was removed before an error.
 */
async function take(factors: HelpdeskFactors, methods: readonly ResetMethod[]): Promise<void> {
  let removed = false;
  for (const { ids } of methods) {
    for (const [index, id] of ids.entries()) {
      try {
        await factors.delete(id);
      } catch (error) {
        if (index === 0 || !(error instanceof ApiError) || error.code !== 'not_found')
          throw removed ? new UnrecordedOutcome(error) : error;
      }
      removed = true;
    }
  }
}

async function unfreeze(parts: Parts, reset: BegunReset, operation: Decision): Promise<void> {
  const { auditLog, approvals, clock, freezes, outbox, portal } = parts;
  const { person, notifies, freeze } = reset;
  const email = { name: person.name, at: clock.now(), ...portal };
  const details = { ...toAuditDetails(reset), event: 'user.account.unfreeze', factorId: null, kind: null } as const;
  let replaced: NewRow[] = [];
  await auditLog.event(
    operation,
    details,
    { outcome: 'success' },
    async (tx) => {
      replaced = await begin(parts, reset, tx);
      if (reset.approver !== null) await approvals.finish(reset.id, describeEffects(reset, reset.stays, []), tx);
      if (!(await freezes.unfreeze(person.id, tx, freeze!))) throw notFrozen();
      const style = await findEmailStyle(tx, createReader(reset), { ...portal, now: email.at });
      const text = writeEmail(style, (emails) => emails.freeze('unfrozen', email));
      return outbox.enqueue({ addresses: notifies, ...text })(tx);
    },
    () => replaced,
  );
}

/**
 * For a reset that certainly changed nothing at Okta.
 * Restores the caller verification only if `resets` contained the reset. Otherwise another reset may have used it.
 */
async function drop(
  { approvals, callerVerifications }: Parts,
  { id, approver, caller }: BegunReset,
  tx: Store,
): Promise<void> {
  const { numDeletedRows } = await tx.deleteFrom('resets').where('id', '=', id).executeTakeFirst();
  if (approver !== null) await approvals.fail(id, tx);
  else if (caller && numDeletedRows > 0n) await callerVerifications.restore(caller.id, tx);
}

function createFirstTransaction(
  parts: Parts,
  reset: BegunReset,
): { first: InTransaction; besideFirst: () => NewRow[] } {
  let replaced: NewRow[] = [];
  const first: InTransaction = async (tx) => {
    replaced = await begin(parts, reset, tx);
    const { id, person } = reset;
    const row = { id, user_id: person.id, reset: JSON.stringify(reset) };
    return async (intent) => {
      await tx
        .insertInto('resets')
        .values({ ...row, intent })
        .execute();
    };
  };
  return { first, besideFirst: () => replaced };
}

const unlock = (parts: Parts, reset: BegunReset, operation: Decision, factors: HelpdeskFactors) =>
  parts.auditLog.change(
    operation,
    { ...toAuditDetails(reset), event: 'user.account.unlock', factorId: null, kind: null },
    () => factors.unlock(),
    { done: () => ({ inTransaction: finish(parts, reset, reset.stays, []) }), ...createFirstTransaction(parts, reset) },
  );

const remove = (
  parts: Parts,
  reset: BegunReset,
  operation: Decision,
  factors: HelpdeskFactors,
  read: () => Promise<readonly SecurityMethod[]>,
) =>
  parts.auditLog.change(
    operation,
    toRemovalDetails(reset),
    async () => {
      if (reset.all) await factors.resetAll();
      else await take(factors, reset.methods);
      // The reset succeeded, so if this read fails, all named methods are gone and the others are left.
      return read().then(
        async (methods) => ({
          now: await parts.pendingCancellations.asAfterReset(reset.person.id, methods),
          gone: listRemoved(reset, methods),
        }),
        () => ({ now: reset.stays, gone: reset.methods }),
      );
    },
    {
      done: ({ now, gone }) => ({ inTransaction: finish(parts, reset, now, gone) }),
      ...createFirstTransaction(parts, reset),
    },
  );

/**
 * If the reset may have happened in spite of an error, the person's sessions end here, and reconciliation finds the
 * outcome. `by`: the reset begins only while its session is alive. `read`: reads the methods after the reset.
 */
async function run(
  parts: Parts,
  reset: BegunReset,
  by: Decision,
  factors: HelpdeskFactors,
  read: () => Promise<readonly SecurityMethod[]>,
  cancel: () => Promise<unknown>,
): Promise<Done> {
  const { store, clock, outbox, revocations } = parts;
  const mayHaveHappened = async (error: unknown): Promise<never> => {
    const failed = classifyFailure(error).outcome === 'failure';
    await changeStore<unknown>(store, (tx) =>
      failed ? drop(parts, reset, tx) : endSessions(reset.person.id, clock.now(), tx),
    );
    throw error;
  };
  const { operation } = reset;
  const answer = { status: 'done', operation } as const;
  const at = () => new Date(clock.now()).toISOString();
  if (operation !== 'reset') {
    await (operation === 'unlock' ? unlock(parts, reset, by, factors) : unfreeze(parts, reset, by)).catch(
      mayHaveHappened,
    );
    void outbox.flush();
    return { ...answer, at: at(), ...describeEffects(reset, reset.stays, []) };
  }
  const { now, gone } = await remove(parts, reset, by, factors, read).catch(mayHaveHappened);
  const after = async (): Promise<void> => {
    await revocations.runNow(reset.person.id);
    await cancel();
  };
  await after().catch((error: unknown) => {
    throw new UnrecordedOutcome(error);
  });
  void outbox.flush();
  return { ...answer, at: at(), ...describeEffects(reset, now, gone) };
}

async function begunBy({ store }: Parts, intent: number): Promise<BegunReset | null> {
  const row = await store.selectFrom('resets').select('reset').where('intent', '=', intent).executeTakeFirst();
  return row ? (JSON.parse(row.reset) as BegunReset) : null;
}

/** Throws `busy` or `error` while a reset is open: its outcome may give a recovery code and record removals. */
async function assertNoneOpen({ store, clock }: Parts, userId: string, error?: ApiError): Promise<void> {
  const open = await store
    .selectFrom('open_intents')
    .select('seq')
    .where('subject', '=', userId)
    .where('event', 'in', ['user.mfa.factor.reset', 'user.mfa.factor.reset_all'])
    .executeTakeFirst();
  if (open) throw error ?? new ApiError('busy', { retryAt: new Date(clock.now() + RECONCILED_MS).toISOString() });
}

/** The stored reset is deleted, so that an unfreeze need not wait for it. */
const giveUp =
  ({ approvals, recoveryCodes }: Parts, intent: number): InTransaction =>
  async (tx) => {
    const begun = tx.deleteFrom('resets').where('intent', '=', intent).returning('reset');
    const row = await begun.executeTakeFirst();
    const reset = row && (JSON.parse(row.reset) as BegunReset);
    if (reset) await approvals.endUnknown(reset.id, tx);
    if (!reset || !takesEveryMethod(reset) || !acceptsCode(reset)) return;
    // The reset may have left no method. Without a recovery code, somebody with only the password could add one.
    const { keep } = recoveryCodes.make(reset.person.id, { approvalId: null, inPerson: false });
    return allInTransaction(keep, (at) => recoveryCodes.end(reset.person.id, at))(tx);
  };

/** Callers hold the person's lock. */
export function createResets(parts: ResetParts) {
  const revocations = createRevocations(parts);
  const functions = { begin, run, begunBy, assertNoneOpen, finish, drop, giveUp };
  const { run: runRevocation, add: addRevocation } = revocations;
  return { ...bindParts({ ...parts, revocations }, functions), runRevocation, addRevocation };
}
