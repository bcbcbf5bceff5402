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
/** Events that change a method. Each of them may be the cause of an effect at Okta. */
export const changesOfMethods: readonly AuditEvent[] = [ENROLL, ACTIVATE, ...removals];

/**
 * The part of the clock difference, in ms, that Okta's last `Date` header does not show: the header has no fractions of
 * a second, and clocks are adjusted.
 */
const ALLOWANCE_MS = 5000;

/**
 * Changes are read from this many ms before an intent, because one of them may have caused the effect that Okta shows:
 * the time to finish an enrollment, plus the clock difference.
 */
export const EARLIER_MS = ENROLLMENT_MS + SKEW_MS;

/** How long after a page's poll the page counts as open, in ms. Its polls then find the outcome themselves. */
export const WATCHED_MS = 60_000;

/** `notify`: the notification to send. `isOver`: the method was removed again, so the email names no device. */
export type Verdict = Outcome & { notify?: 'added' | 'removed' | 'replaced'; isOver?: true };

type Member = SecurityMethod['members'][number];
const parseTime = (moment: string | null) => Date.parse(moment ?? '') || 0;

/** Collects the facts from which the outcome of an intent is found. */
function createEvidence(intent: AuditRow, methods: readonly SecurityMethod[], changes: readonly AuditRow[]) {
  const successes = changes.filter((row) => row.outcome === 'success' && row.intent !== intent.seq);
  const isRemoval = ({ event }: AuditRow) => removals.includes(event);
  /** Whether a change was undone before the intent. Okta may then have used the factor's id again. */
  const isUndone = (row: AuditRow) =>
    successes.some(
      (end) =>
        end.factor_id === row.factor_id &&
        end.seq > row.seq &&
        end.seq < intent.seq &&
        isRemoval(end) !== isRemoval(row),
    );
  /** Whether another change had this effect on the factor, since `from` (ms since 1970 by the portal's clock). */
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
    /**
     * Whether no later change of the same kind is open. Later changes get their outcomes first, because these show
     * whether the method existed.
     */
    isLast: !changes.some((row) => row.seq > intent.seq && isOpenOfKind(row)),
    /**
     * Whether an earlier activation of the kind is open. An active method may then be the effect of that activation.
     */
    mayActivate: changes.some((row) => row.seq < intent.seq && row.event === ACTIVATE && isOpenOfKind(row)),
    /** Whether another intent activated this factor, and Okta gave it a new id. */
    isRenamed: (factorId: string) =>
      successes.some(
        (end) =>
          end.event === ACTIVATE &&
          end.factor_id !== factorId &&
          changes.some(({ seq, factor_id: id }) => seq === end.intent && id === factorId),
      ),
    /** Removals of factors of the intent's kind, after the intent. */
    removedSince: successes.filter(
      (row) => row.event === DEACTIVATE && row.kind === intent.kind && row.seq > intent.seq && row.factor_id !== null,
    ),
  };
}
type Evidence = ReturnType<typeof createEvidence>;

/** Finds a factor that was active and was removed later, if no change has claimed its activation. */
function removedActive({ isClaimed, removedSince }: Evidence, isWanted: (id: string) => boolean): Verdict | undefined {
  const factorId = removedSince
    .filter((row) => !hasReason(row, 'cancelled'))
    .map((row) => row.factor_id!)
    .find((id) => isWanted(id) && !isClaimed(id, [ACTIVATE]));
  return factorId === undefined ? undefined : { outcome: 'success', factorId, notify: 'added', isOver: true };
}

/**
 * Returns the outcome of an intent, found in Okta's list of factors. Returns null while this change, or a later one of
 * the same kind, can still complete. An effect at Okta counts as the success of only one change.
 * @param changes the person's changes since `EARLIER_MS` before the intent, and all earlier open intents
 * @param skew how far Okta's clock is ahead, in ms
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
  /** The earliest time at which the intent can have had its effect at Okta, by Okta's clock. */
  const since = intent.at + skew - ALLOWANCE_MS;
  // An intent from the future: the portal's clock was set back, so Okta's dates prove nothing.
  const none: Outcome = { outcome: intent.at > now + SKEW_MS ? 'unknown' : 'failure' };
  const factorId = intent.factor_id ?? '';
  switch (intent.event) {
    case ENROLL: {
      // A restarted enrollment keeps its id and `created`; then only `lastUpdated` shows the restart.
      const isOurs = ({ id, status, created, lastUpdated }: Member) => {
        if (status === 'ACTIVE' && mayActivate) return false;
        const latest = Math.max(parseTime(created), parseTime(lastUpdated));
        return latest >= since && !isClaimed(id, [ACTIVATE]) && !isClaimed(id, [ENROLL], latest - skew - ALLOWANCE_MS);
      };
      const begun = members.find(isOurs);
      // A question is active at once, and so is a number that Okta has verified before.
      if (begun)
        return { outcome: 'success', factorId: begun.id, ...(begun.status === 'ACTIVE' && { notify: 'added' }) };
      // If a person can have only one method of the kind, a method that was removed later came from this change.
      const isOnce = !kinds[intent.kind as FactorKind].several;
      return (isOnce && removedActive(evidence, (id) => !isClaimed(id, [ENROLL]))) || none;
    }
    case ACTIVATE: {
      // The other factors of the same Okta Verify may be active before this one.
      const member = members.find(({ id }) => id === factorId);
      if (member && member.status !== 'PENDING_ACTIVATION')
        return isClaimed(factorId, [ACTIVATE]) ? { outcome: 'failure' } : { outcome: 'success', notify: 'added' };
      // A link that was sent later restarts Okta's ten minutes.
      const begun = Math.max(intent.at, parseTime(member?.lastUpdated ?? null) - skew);
      const byPhone = hasReason(intent, 'by phone');
      if (member && byPhone && now < begun + ENROLLMENT_MS + WATCHED_MS) return null;
      if (member) return { outcome: 'failure' };
      const removed = removedActive(evidence, (id) => id === factorId);
      if (removed) return removed;
      // Okta gives an SMS or call factor a new id on activation.
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
