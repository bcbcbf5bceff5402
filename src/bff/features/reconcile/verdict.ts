import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { hasReason } from '#contract/audit-log/audit-reasons.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { findSecurityMethod, type SecurityMethod } from '../../identity/methods/security-methods.ts';
import { ENROLLMENT_MS } from '../../identity/step-up/step-ups.ts';
import { kinds } from '../../platform/kinds/registry.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';
import type { AuditRow, Outcome } from '../../records/audit-log/audit-log.ts';

export const ENROLL = 'user.mfa.factor.enroll';
export const ACTIVATE = 'user.mfa.factor.activate';
export const DEACTIVATE = 'user.mfa.factor.deactivate';
const removals: readonly AuditEvent[] = [DEACTIVATE, 'user.mfa.factor.cancel', 'user.mfa.factor.reset'];
export const changesOfMethods: readonly AuditEvent[] = [ENROLL, ACTIVATE, ...removals];

/** Tolerance in ms, because Okta's `Date` header has whole seconds and clocks are adjusted. */
const ALLOWANCE_MS = 5000;

/** Changes in this time before an intent may have caused what Okta shows. */
export const EARLIER_MS = ENROLLMENT_MS + SKEW_MS;

/** For this time after a poll, the page counts as open. The polls of an open page find the outcome themselves. */
export const WATCHED_MS = 60_000;

/** `isOver`: the added method was removed again. The email then names no browser. */
export type Verdict = Outcome & { notify?: 'added' | 'removed' | 'replaced'; isOver?: true };

type Member = SecurityMethod['members'][number];
const parseTime = (moment: string | null) => Date.parse(moment ?? '') || 0;

function createEvidence(intent: AuditRow, methods: readonly SecurityMethod[], changes: readonly AuditRow[]) {
  const successes = changes.filter((row) => row.outcome === 'success' && row.intent !== intent.seq);
  const isRemoval = ({ event }: AuditRow) => removals.includes(event);
  /** Okta may use the factor's id again after a change was undone. */
  const isUndone = (row: AuditRow) =>
    successes.some(
      (end) =>
        end.factor_id === row.factor_id &&
        end.seq > row.seq &&
        end.seq < intent.seq &&
        isRemoval(end) !== isRemoval(row),
    );
  /** `from`: ms since 1970 by the portal's clock. */
  const isClaimed = (factorId: string, events: readonly AuditEvent[], from = 0) =>
    successes.some(
      (row) => row.factor_id === factorId && events.includes(row.event) && row.at >= from && !isUndone(row),
    );
  const isOpenOfKind = (row: AuditRow) =>
    row.type === 'intent' &&
    row.kind === intent.kind &&
    !hasReason(row, 'by phone') &&
    !changes.some((end) => end.intent === row.seq);
  return {
    isClaimed,
    members: methods.filter(({ kind }) => kind === intent.kind).flatMap(({ members }) => members),
    /** Whether all newer changes of the kind have outcomes. These outcomes show whether the method existed. */
    isLast: !changes.some((row) => row.seq > intent.seq && isOpenOfKind(row)),
    /** An active method may be the effect of an earlier activation without outcome. */
    mayActivate: changes.some((row) => row.seq < intent.seq && row.event === ACTIVATE && isOpenOfKind(row)),
    /** Whether Okta gave the factor a new id on activation. */
    isRenamed: (factorId: string) =>
      successes.some(
        (end) =>
          end.event === ACTIVATE &&
          end.factor_id !== factorId &&
          changes.some(({ seq, factor_id: id }) => seq === end.intent && id === factorId),
      ),
    removedSince: successes.filter(
      (row) => row.event === DEACTIVATE && row.kind === intent.kind && row.seq > intent.seq && row.factor_id !== null,
    ),
  };
}
type Evidence = ReturnType<typeof createEvidence>;

function removedActive({ isClaimed, removedSince }: Evidence, isWanted: (id: string) => boolean): Verdict | undefined {
  const factorId = removedSince
    .filter((row) => !hasReason(row, 'cancelled'))
    .map((row) => row.factor_id!)
    .find((id) => isWanted(id) && !isClaimed(id, [ACTIVATE]));
  return factorId === undefined ? undefined : { outcome: 'success', factorId, notify: 'added', isOver: true };
}

/**
 * Returns null while this change, or a newer one of its kind, can still complete.
 * An effect at Okta is the success of only one change.
 */
export function findVerdict(
  intent: AuditRow,
  methods: readonly SecurityMethod[],
  changes: readonly AuditRow[],
  now: number,
  skew: number,
): Verdict | null {
  const evidence = createEvidence(intent, methods, changes);
  const { isClaimed, isLast, isRenamed, mayActivate, members } = evidence;
  if (!isLast) return null;
  /** The time is by Okta's clock. */
  const since = intent.at + skew - ALLOWANCE_MS;
  // If the portal's clock was set back after the intent, Okta's dates prove nothing.
  const none: Outcome = { outcome: intent.at > now + SKEW_MS ? 'unknown' : 'failure' };
  const factorId = intent.factor_id ?? '';
  switch (intent.event) {
    case ENROLL: {
      // A restarted enrollment keeps its id and `created`. Only `lastUpdated` shows the restart.
      const isOurs = ({ id, status, created, lastUpdated }: Member) => {
        if (status === 'ACTIVE' && mayActivate) return false;
        const latest = Math.max(parseTime(created), parseTime(lastUpdated));
        return latest >= since && !isClaimed(id, [ACTIVATE]) && !isClaimed(id, [ENROLL], latest - skew - ALLOWANCE_MS);
      };
      const begun = members.find(isOurs);
      // Okta activates a question at once, and also a number that it has verified before.
      if (begun)
        return { outcome: 'success', factorId: begun.id, ...(begun.status === 'ACTIVE' && { notify: 'added' }) };
      // If a person can have only one method of the kind, a method that was removed later came from this change.
      const isOnce = !kinds[intent.kind as FactorKind].several;
      return (isOnce && removedActive(evidence, (id) => !isClaimed(id, [ENROLL]))) || none;
    }
    case ACTIVATE: {
      const member = members.find(({ id }) => id === factorId);
      if (member && member.status !== 'PENDING_ACTIVATION')
        return isClaimed(factorId, [ACTIVATE]) ? { outcome: 'failure' } : { outcome: 'success', notify: 'added' };
      // A new link restarts Okta's ten minutes.
      const begun = Math.max(intent.at, parseTime(member?.lastUpdated ?? null) - skew);
      const byPhone = hasReason(intent, 'by phone');
      if (member && byPhone && now < begun + ENROLLMENT_MS + WATCHED_MS) return null;
      if (member) return { outcome: 'failure' };
      const removed = removedActive(evidence, (id) => id === factorId);
      if (removed) return removed;
      // Okta gives a phone factor a new id on activation.
      if (kinds[intent.kind as FactorKind].sendsTo === 'phone' && !isClaimed(factorId, removals)) {
        const on = members
          .filter(
            ({ id, status, created }) =>
              status === 'ACTIVE' && parseTime(created) >= since && !isClaimed(id, [ACTIVATE]),
          )
          .toSorted((a, b) => parseTime(a.created) - parseTime(b.created))[0];
        if (on) return { outcome: 'success', factorId: on.id, notify: 'added' };
        const over = removedActive(evidence, () => true);
        if (over) return over;
      }
      return byPhone ? { ...none, reason: 'cancelled' } : none;
    }
    case DEACTIVATE:
      if (findSecurityMethod(methods, factorId) || isClaimed(factorId, removals) || isRenamed(factorId))
        return { outcome: 'failure' };
      if (hasReason(intent, 'replaced')) return { outcome: 'success', reason: 'replaced', notify: 'replaced' };
      if (hasReason(intent, 'cancelled')) return { outcome: 'success', reason: 'cancelled' };
      return { outcome: 'success', notify: 'removed' };
    default:
      return { outcome: 'unknown' };
  }
}
