import { useEffect, useRef, useState } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { covers, isVerified, useCallerVerification } from '../caller-verification/use-caller-verification.ts';
import { moveTo } from '../reset/move-to.ts';
import { keepDraft, otherOperation, readDraft, startOf, takeTicket, type ResetDraft } from '../reset/reset-draft.ts';
import { type Missing, places, viewOf } from '../reset/reset-view.ts';

export type ResetState = ReturnType<typeof useReset>;

/** The state of one reset: what the agent chose and wrote, how far the caller is verified, what is missing. */
export function useReset(found: HelpdeskPerson) {
  const userId = found.person.id;
  const [draft, setDraft] = useState<ResetDraft>(() => startOf(found));
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
  const verified = isVerified(caller.verification) && covers(caller.verification, now);
  const view = viewOf(found, now, { verified, needsApproval: caller.verification?.needsApproval ?? false });

  const [target, setTarget] = useState<{ id: string }>();
  useEffect(() => {
    if (target) moveTo(target.id);
  }, [target]);
  const next = placeOf(view.missing[0]);
  const was = useRef(verified);
  useEffect(() => {
    if (was.current === verified) return;
    was.current = verified;
    // Only where the focus was lost with the button that had it: somebody who types is not interrupted.
    const isLost = document.activeElement === document.body || document.activeElement === null;
    if (isLost) setTarget({ id: verified ? next : placeOf('caller') });
  }, [verified, next]);

  return {
    found,
    draft: now,
    change,
    caller,
    view,
    /** Moves the focus to what comes next. */
    goOn: () => setTarget({ id: next }),
    /** Forgets the caller verification, which the server no longer accepts. */
    dropVerification() {
      change({ callerVerificationId: null });
      setTarget({ id: placeOf('caller') });
    },
  };
}

/** Returns the id of the element where the agent fills in what is missing; without it, where they confirm. */
const placeOf = (missing: Missing | undefined): string => places[missing ?? 'nothing'];
