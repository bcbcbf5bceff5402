import { hashKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { looksLikeCode } from '#contract/codes/looks-like-code.ts';
import { ApiError } from '#contract/errors.ts';
import type { CallerVerification, HelpdeskPerson, OperationPlan, PlanBody } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { type Missing, places } from './places.ts';
import { otherOperation, type ResetDraft } from './reset-draft.ts';

/** In ms, after the last key. */
const pause = 250;

export type Plan = {
  /** Undefined until the current choice has a plan. */
  effects: OperationPlan | undefined;
  /** In the order of the page's steps. */
  missing: Missing[];
  /** Other errors that prevent the operation. */
  obstacles: ApiError[];
  /** The plan belongs to the current choice and texts. */
  isCurrent: boolean;
  /** The rule that makes the server refuse the caller verification for this choice. */
  unverified: string | undefined;
  /** Why the plan could not be fetched. */
  error: unknown;
};

const written = ({ ticket, note }: ResetDraft) => ({
  ...(ticket.trim() !== '' && { ticket: ticket.trim() }),
  ...(note.trim() !== '' && !looksLikeCode(note) && { note: note.trim() }),
});
const chosen = ({ operation, selected, reason, callerVerificationId, unverified }: ResetDraft) => ({
  ...(operation === 'reset' && { factorIds: selected === 'all' ? ('all' as const) : [...selected] }),
  ...(operation !== 'unlock' && reason !== '' && { reason }),
  ...(callerVerificationId !== null && !unverified && { callerVerificationId }),
});

/** An approver has to agree, whichever way the agent goes on. */
export const needsApprover = ({ approvalReasons, callerOptions }: OperationPlan): boolean =>
  approvalReasons.length > 0 || callerOptions.every((one) => one.approvalReasons.length > 0);
/** The box on top says that an approver has to agree. Not of who can be unlocked: an unlock has its own reasons. */
export const isNeedSaid = (found: HelpdeskPerson): boolean =>
  found.needsApprover !== null && otherOperation(found) !== 'unlock';

export const createBody = (draft: ResetDraft): Omit<PlanBody, 'operation' | 'token'> => ({
  ...chosen(draft),
  ...written(draft),
});

/** The part of the page that the agent must fill in. Undefined: no part fits. */
function findMissing(
  { code, rule }: OperationPlan['missing'][number],
  { unverified }: ResetDraft,
): Missing | undefined {
  if (code === 'bad_request') return rule === 'choice' ? 'selected' : 'reason';
  if (code === 'ticket_required') return 'ticket';
  return code === 'caller_verification_required' ? (unverified ? 'note' : 'caller') : undefined;
}

/** Fetches the plan immediately after a choice, and after a pause in typing. */
export function usePlan(
  { person: { id: userId }, watch, factors }: HelpdeskPerson,
  draft: ResetDraft,
  verification: CallerVerification | undefined,
): Plan {
  const client = useQueryClient();
  const now = written(draft);
  const [texts, setTexts] = useState(now);
  const isSettled = hashKey([now]) === hashKey([texts]);
  const settle = useEffectEvent(() => setTexts(now));
  useEffect(() => {
    const timer = isSettled ? undefined : setTimeout(settle, pause);
    return () => clearTimeout(timer);
  }, [isSettled, draft.ticket, draft.note]);
  const { queryKey } = helpdeskQueries.person(userId);
  const choice = { ...chosen(draft), operation: draft.operation, token: watch.token };
  // Part of the key, because a new sign of attack or the caller's answer changes the plan.
  const key = [choice, watch.state, verification?.status];
  const { data, error, isPlaceholderData } = useQuery({
    ...helpdeskQueries.plan(userId, key, { ...choice, ...texts }),
    // Text that was typed since the last plan does not change what the operation does.
    placeholderData: (before, query) => (query && hashKey([query.queryKey[4]]) === hashKey([key]) ? before : undefined),
  });
  const ids = [...(data?.removed ?? []).map(({ factorId }) => factorId), ...(data?.remaining ?? [])];
  const isSeen = ids.every((id) => factors.some((one) => one.id === id));
  // The page's data is old if the plan names methods that this page does not show, or if a chosen method is gone.
  const isOld = !isSeen || (error instanceof ApiError && ['not_found', 'conflict'].includes(error.code));
  useEffect(() => {
    if (isOld) void client.invalidateQueries({ queryKey, exact: true });
    // oxlint-disable-next-line react/exhaustive-deps -- the key is a new array at each render
  }, [client, isOld, userId]);
  const effects = isSeen ? data : undefined;
  const isCurrent = effects !== undefined && isSettled && !isPlaceholderData;
  const all = (effects?.missing ?? []).map((one) => ({ one, what: findMissing(one, draft) }));
  const order = Object.keys(places);
  const missing = all
    .flatMap(({ what }) => (what && (isCurrent || (what !== 'ticket' && what !== 'note')) ? [what] : []))
    .toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
  return {
    effects,
    missing: looksLikeCode(draft.note) ? [...missing.filter((what) => what !== 'note'), 'note_code'] : missing,
    obstacles: all.flatMap(({ one: { code, ...details }, what }) => (what ? [] : [new ApiError(code, details)])),
    isCurrent,
    unverified: effects?.missing.find(({ code }) => code === 'caller_verification_required')?.rule,
    error,
  };
}
