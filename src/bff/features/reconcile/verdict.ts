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
/** Events that change a method: an effect at Okta may come from any of them. */
export const changesOfMethods: readonly AuditEvent[] = [ENROLL, ACTIVATE, ...removals];

/**
 * The clock difference that Okta's last `Date` header does not show: the header has no fractions of a second, and
 * clocks are adjusted.
 */
const ALLOWANCE_MS = 5000;

/**
 * How long before an intent another change with the same effect may lie: an enrollment's lifetime plus the clock
 * difference.
 */
export const EARLIER_MS = ENROLLMENT_MS + SKEW_MS;

/** While a page polls a phone's push, the poll itself finds the outcome. */
export const WATCHED_MS = 60_000;

/** `notify`: what the person is told. `isOver`: the method was removed again, so the email names no device. */
export type Verdict = Outcome & { notify?: 'added' | 'removed' | 'replaced'; isOver?: true };

type Member = SecurityMethod['members'][number];
const parseTime = (moment: string | null) => Date.parse(moment ?? '') || 0;

/** What is known when an intent is judged. */
function createEvidence(intent: AuditRow, methods: readonly SecurityMethod[], changes: readonly AuditRow[]) {
  const successes = changes.filter((row) => row.outcome === 'success' && row.intent !== intent.seq);
  const isRemoval = ({ event }: AuditRow) => removals.includes(event);
  /** Whether a change was undone before the intent: Okta may use a factor's id again. */
  const isUndone = (row: AuditRow) =>
    successes.some(
      (end) =>
        end.factor_id === row.factor_id &&
        end.seq > row.seq &&
        end.seq < intent.seq &&
        isRemoval(end) !== isRemoval(row),
    );
  /** Whether another change had this effect on the factor, since `from` by our clock (milliseconds). */
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
     * Whether no later change of the kind is open. Later changes are judged first: they show that the method was there.
     */
    isLast: !changes.some((row) => row.seq > intent.seq && isOpenOfKind(row)),
    /** Whether an earlier activation of the kind is open, so that an active method is its effect. */
    mayActivate: changes.some((row) => row.seq < intent.seq && row.event === ACTIVATE && isOpenOfKind(row)),
    /** Whether another intent activated this factor, whose id changed by that. */
    isRenamed: (factorId: string) =>
      successes.some(
        (end) =>
          end.event === ACTIVATE &&
          end.factor_id !== factorId &&
          changes.some(({ seq, factor_id: id }) => seq === end.intent && id === factorId),
      ),
    /** Factors of the kind that were removed later. */
    removedSince: successes.filter(
      (row) => row.event === DEACTIVATE && row.kind === intent.kind && row.seq > intent.seq && row.factor_id !== null,
    ),
  };
}
type Evidence = ReturnType<typeof createEvidence>;

/** Finds a factor that was removed later and was active by then, although nothing says that it was added. */
function removedActive({ isClaimed, removedSince }: Evidence, isWanted: (id: string) => boolean): Verdict | undefined {
  const factorId = removedSince
    .filter((row) => !hasReason(row, 'cancelled'))
    .map((row) => row.factor_id!)
    .find((id) => isWanted(id) && !isClaimed(id, [ACTIVATE]));
  return factorId === undefined ? undefined : { outcome: 'success', factorId, notify: 'added', isOver: true };
}

/**
 * Returns the outcome of an intent according to Okta's list of factors, or null while the change can still complete, or
 * a later one of the same kind can. No effect is two changes' success.
 * @param changes rows of the person's changes since the intent, and intents before it that are open
 * @param skew how far Okta's clock is ahead, in milliseconds
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
  /** The earliest time of the intent by Okta's clock. */
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
      // A question, or a number that was verified before, is active at once.
      if (begun)
        return { outcome: 'success', factorId: begun.id, ...(begun.status === 'ACTIVE' && { notify: 'added' }) };
      // A person has at most one method of such a kind, so there was none when this change began.
      const isOnce = !kinds[intent.kind as FactorKind].several;
      return (isOnce && removedActive(evidence, (id) => !isClaimed(id, [ENROLL]))) || none;
    }
    case ACTIVATE: {
      // One member of the Okta Verify family may be active while this one is not.
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
      // The factor of a text message or a call gets a new id when it becomes active.
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
