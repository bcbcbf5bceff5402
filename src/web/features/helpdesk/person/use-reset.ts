import { useEffect, useRef, useState } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { isVerified, useCallerVerification } from '../caller-verification/use-caller-verification.ts';
import { moveTo } from '../reset/move-to.ts';
import { places } from '../reset/places.ts';
import type { Report } from './person-actions.tsx';
import { keepDraft, otherOperation, readDraft, startDraft, takeTicket, type ResetDraft } from '../reset/reset-draft.ts';
import { usePlan } from '../reset/use-plan.ts';

export type ResetState = ReturnType<typeof useReset>;

/** The agent's choices and texts, the caller verification, and the server's plan. */
export function useReset(found: HelpdeskPerson, report: Report) {
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
    change({ callerVerificationId, unverified: false }),
  );
  // Deselects methods that have been removed since the agent chose them.
  const present = new Set(found.factors.map(({ id }) => id));
  const now: ResetDraft = {
    ...draft,
    selected: draft.selected === 'all' ? 'all' : draft.selected.filter((id) => present.has(id)),
    operation: draft.operation === otherOperation(found) ? draft.operation : 'reset',
  };
  const plan = usePlan(found, now, caller.verification);
  const verified = !draft.unverified && isVerified(caller.verification) && plan.unverified === undefined;

  /** The focus will move to the next step. The new plan decides which step is next. */
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
    // Moves the focus only if it was lost together with its button. A person who is typing keeps the focus.
    if (document.activeElement === document.body || document.activeElement === null) setMoves(true);
  }, [verified]);

  return {
    found,
    report,
    draft: now,
    change,
    caller,
    plan,
    /** The caller is verified for the chosen operation, as far as this page knows. */
    verified,
    goOn,
    /** The server no longer accepts the caller verification. */
    dropVerification() {
      change({ callerVerificationId: null });
      goOn();
    },
  };
}
