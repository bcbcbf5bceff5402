import { useEffect, useRef, useState } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { isVerified, useCallerVerification } from '../caller-verification/use-caller-verification.ts';
import { moveTo } from '../reset/move-to.ts';
import { places } from '../reset/places.ts';
import { keepDraft, otherOperation, readDraft, startDraft, takeTicket, type ResetDraft } from '../reset/reset-draft.ts';
import { usePlan } from '../reset/use-plan.ts';

export type ResetState = ReturnType<typeof useReset>;

/** The state of one operation: what the agent chose and wrote, how far the caller is verified, the server's plan. */
export function useReset(found: HelpdeskPerson) {
  const userId = found.person.id;
  const [draft, setDraft] = useState<ResetDraft>(() => startDraft(found));
  // Only the browser stores the draft, so an effect reads it after the first render.
  useEffect(() => {
    const kept = readDraft(userId);
    const ticket = takeTicket();
    if (!kept && ticket === undefined) return;
    setDraft((before) => {
      const next = { ...(kept ?? before), ...(ticket !== undefined && { ticket }) };
      keepDraft(userId, next);
      return next;
    });
  }, [userId]);
  const change = (part: Partial<ResetDraft>): void =>
    setDraft((before) => {
      const next = { ...before, ...part };
      keepDraft(userId, next);
      return next;
    });
  const caller = useCallerVerification(userId, draft.callerVerificationId, (callerVerificationId) =>
    change({ callerVerificationId }),
  );
  // Deselects methods that were removed meanwhile.
  const present = new Set(found.factors.map(({ id }) => id));
  const now: ResetDraft = {
    ...draft,
    selected: draft.selected === 'all' ? 'all' : draft.selected.filter((id) => present.has(id)),
    operation: draft.operation === otherOperation(found) ? draft.operation : 'reset',
  };
  const plan = usePlan(found, now, caller.verification);
  const verified = !draft.unverified && isVerified(caller.verification) && plan.unverified === undefined;

  /** Whether the focus moves to what comes next, once that is known. */
  const [moves, setMoves] = useState(false);
  const goOn = (): void => setMoves(true);
  const next = places[plan.missing[0] ?? 'nothing'];
  useEffect(() => {
    if (!moves || !plan.isCurrent) return;
    setMoves(false);
    moveTo(next);
  }, [moves, plan.isCurrent, next]);
  const was = useRef(verified);
  useEffect(() => {
    if (was.current === verified) return;
    was.current = verified;
    // Only where the focus was lost with the button that had it: somebody who types is not interrupted.
    if (document.activeElement === document.body || document.activeElement === null) setMoves(true);
  }, [verified]);

  return {
    found,
    draft: now,
    change,
    caller,
    plan,
    /** Whether the caller is verified for the chosen operation, as far as the page knows. */
    verified,
    goOn,
    /** Forgets the caller verification, which the server no longer accepts. */
    dropVerification() {
      change({ callerVerificationId: null });
      goOn();
    },
  };
}
