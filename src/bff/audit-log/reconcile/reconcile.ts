import { ApiError } from '#contract/errors.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { Services } from '../../context.ts';
import { BY_PHONE } from '../../factors/enrollment/activation-polls.ts';
import { findSecurityMethod, securityMethodsOf } from '../../factors/methods/security-methods.ts';
import type { SecurityMethod } from '../../factors/methods/security-methods.ts';
import { cancelPending } from '../../helpdesk/freezes/cancel-enrollments.ts';
import { reconcileReset } from '../../helpdesk/resets/reconcile-reset.ts';
import { enqueueNotification, withAddress } from '../../notifications/enqueue.ts';
import { ENROLLMENT_MS } from '../../step-up/step-ups.ts';
import { SKEW_MS } from '../audit-log.ts';
import type { Alongside, AuditRow, Outcome } from '../audit-log.ts';

/** After this long nobody will find out any more. */
const GIVE_UP_MS = 24 * 60 * 60_000;

/** Events whose outcome the list of factors shows; of the others (a message, a name) nobody can tell. */
const resets = new Set(['user.mfa.factor.reset', 'user.mfa.factor.reset_all']);
const whatIsRead = new Set([
  'user.mfa.factor.enroll',
  'user.mfa.factor.activate',
  'user.mfa.factor.deactivate',
  ...resets,
]);

/**
 * What the org's clock may differ from ours besides what its last `Date` says: the header has no fractions, and clocks
 * are put right.
 */
const ALLOWANCE_MS = 5000;

/** A phone that somebody waits for is asked about by them. */
const WATCHED_MS = 60_000;

type Verdict = Outcome & { tell?: 'added' | 'removed' };

/**
 * What the org's list says became of an intent; null when it may still come to something. `skew`: how far the org's
 * clock is ahead, in ms.
 */
function verdictOf(intent: AuditRow, methods: readonly SecurityMethod[], now: number, skew: number): Verdict | null {
  /** The moment of the intent by the org's clock, at the earliest. */
  const since = intent.at + skew - ALLOWANCE_MS;
  // Begun in time to come: our clock was put back since, and the org's dates show nothing.
  const none: Outcome = { outcome: intent.at > now + SKEW_MS ? 'unknown' : 'failure' };
  const target = intent.factor_id ? findSecurityMethod(methods, intent.factor_id) : undefined;
  switch (intent.event) {
    case 'user.mfa.factor.enroll': {
      // Beginning again keeps the id and the day it was first begun: then it is the last change that tells.
      const isOurs = ({ created, lastUpdated }: SecurityMethod['members'][number]) =>
        [created, lastUpdated].some((moment) => moment !== null && Date.parse(moment) >= since);
      const begun = methods
        .filter(({ kind }) => kind === intent.kind)
        .flatMap(({ members }) => members)
        .find(isOurs);
      if (!begun) return none;
      // A question, or a number that was verified before, is on at once.
      return { outcome: 'success', factorId: begun.id, ...(begun.status === 'ACTIVE' && { tell: 'added' }) };
    }
    case 'user.mfa.factor.activate': {
      // One member of a family may be on while this one is not.
      const member = target?.members.find(({ id }) => id === intent.factor_id);
      if (member && member.status !== 'PENDING_ACTIVATION') return { outcome: 'success', tell: 'added' };
      // A link that was sent later begins the org's ten minutes anew.
      const begun = Math.max(intent.at, (Date.parse(member?.lastUpdated ?? '') || 0) - skew);
      if (member && intent.reason === BY_PHONE && now < begun + ENROLLMENT_MS + WATCHED_MS) return null;
      // A text message's factor takes a new id when it is on.
      const changed = methods.filter(({ kind }) => kind === intent.kind).flatMap(({ members }) => members);
      const on = member
        ? undefined
        : changed.find(
            ({ status, created }) => status === 'ACTIVE' && created !== null && Date.parse(created) >= since,
          );
      return on ? { outcome: 'success', factorId: on.id, tell: 'added' } : member ? { outcome: 'failure' } : none;
    }
    case 'user.mfa.factor.deactivate':
      return target ? { outcome: 'failure' } : { outcome: 'success', tell: 'removed' };
    default:
      return { outcome: 'unknown' };
  }
}

/** The verdict on a person's own change, with the notice it owes. */
async function readVerdict(
  services: Services,
  intent: AuditRow,
  userId: string,
): Promise<{ verdict: Verdict | null; followUp: Alongside | undefined }> {
  const list = await services.factorsOf(userId, { requestId: 'settle' }).list();
  // Whether a method counts has no part in this: neither engine nor address is asked for.
  const verdict = verdictOf(intent, securityMethodsOf(list, 'v1', null), services.clock.now(), services.orgSkew());
  if (!verdict?.tell) return { verdict, followUp: undefined };
  const own = (await services.names.of(userId)).get(intent.factor_id ?? '');
  const method = { kind: (intent.kind as FactorKind | null) ?? 'unknown', own };
  const person = await services.users.read(userId);
  const [removed = null] = await services.removedAddresses.of(intent.seq);
  const recipient = { ...person, addresses: withAddress(person.addresses, removed) };
  return { verdict, followUp: enqueueNotification(services, verdict.tell, recipient, method, intent.agent ?? '') };
}

/**
 * Finds out what became of changes whose outcome was never written (the process ended, the answer was lost, or a phone
 * finishes it), by reading, never by repeating. Each gets exactly one outcome, and the notice it owes with it.
 * @param graceMs how long a call may still be under way at an org that outlived us.
 */
export async function reconcileOpenIntents(services: Services, graceMs: number): Promise<number> {
  const { auditLog, clock } = services;
  let reconciled = 0;
  for (const intent of await auditLog.open(clock.now() - graceMs)) {
    const userId = intent.subject;
    if (intent.reason === BY_PHONE && services.polls.watched(intent.factor_id ?? '', WATCHED_MS)) continue;
    let verdict: Verdict | null = { outcome: 'unknown' };
    let followUp: Alongside | undefined;
    if (userId && whatIsRead.has(intent.event)) {
      try {
        ({ verdict, followUp } = await (resets.has(intent.event)
          ? reconcileReset(services, intent)
          : readVerdict(services, intent, userId)));
        if (verdict === null) continue;
      } catch (error) {
        const gone = error instanceof ApiError && (error.code === 'signed_out' || error.code === 'not_found');
        if (!gone && clock.now() - intent.at < GIVE_UP_MS) continue;
        verdict = { outcome: 'unknown' };
      }
    }
    if (!(await auditLog.reconcile(intent, verdict, followUp))) continue;
    reconciled += 1;
    await services.removedAddresses.drop(intent.seq);
    if (intent.event === 'user.mfa.factor.enroll' && verdict.tell === 'added') {
      const actor = {
        userId: intent.actor,
        address: intent.address ?? '',
        agent: intent.agent ?? '',
        requestId: intent.request_id ?? '',
      };
      const about = {
        event: 'user.mfa.factor.activate',
        subject: userId,
        factorId: verdict.factorId,
        kind: intent.kind,
      } as const;
      await auditLog.event(actor, about, { outcome: 'success', reason: 'at once' });
    }
  }
  await services.helpdeskServices.resets.reconcilePending();
  await services.helpdeskServices.approvals.endLost();
  await services.helpdeskServices.withdrawals.record();
  await cancelPending(services);
  if (reconciled) void services.outbox.flush();
  return reconciled;
}
