import { hashKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { looksLikeCode } from '#contract/codes/looks-like-code.ts';
import { ApiError } from '#contract/errors.ts';
import type { CallerVerification, HelpdeskPerson, OperationPlan, PlanBody } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import type { Missing } from './places.ts';
import type { ResetDraft } from './reset-draft.ts';

/** Milliseconds between the last key and the question to the server. */
const pause = 250;

export type Plan = {
  /** What the operation does; undefined while it is not known of what is chosen now. */
  effects: OperationPlan | undefined;
  /** What is known to be missing, in the order of the page. */
  missing: Missing[];
  /** What else stands in the way. */
  obstacles: ApiError[];
  /** Whether all of this is about what is chosen and written now. */
  isCurrent: boolean;
  /** The rule by which the server has no verification of the caller for what is chosen; undefined if it has one. */
  unverified: string | undefined;
  /** Why there is no plan. */
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

/** Returns the body of a draft's request. */
export const createBody = (draft: ResetDraft): Omit<PlanBody, 'operation' | 'token'> => ({
  ...chosen(draft),
  ...written(draft),
});

/** Returns what an entry of a plan stands for on the page; undefined for what the agent cannot fill in. */
function findMissing(
  { code, rule }: OperationPlan['missing'][number],
  { unverified }: ResetDraft,
): Missing | undefined {
  if (code === 'bad_request') return rule === 'choice' ? 'selected' : 'reason';
  if (code === 'ticket_required') return 'ticket';
  return code === 'caller_verification_required' ? (unverified ? 'note' : 'caller') : undefined;
}

/** Asks the server what a draft would do and what it lacks: at once for a choice, after a pause for a text. */
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
  // A new sign of attack, and what the caller answers, change the plan.
  const key = [choice, watch.state, verification?.status];
  const { data, error, isPlaceholderData } = useQuery({
    ...helpdeskQueries.plan(userId, key, { ...choice, ...texts }),
    // What was written since changes nothing of what the operation does.
    placeholderData: (before, query) => (query && hashKey([query.queryKey[4]]) === hashKey([key]) ? before : undefined),
  });
  const ids = [...(data?.removed ?? []).map(({ factorId }) => factorId), ...(data?.remaining ?? [])];
  const isSeen = ids.every((id) => factors.some((one) => one.id === id));
  // The methods are others than those that the page shows.
  const isOld = !isSeen || (error instanceof ApiError && error.code === 'not_found');
  useEffect(() => {
    if (isOld) void client.invalidateQueries({ queryKey, exact: true });
    // oxlint-disable-next-line react/exhaustive-deps -- the key is made anew each time
  }, [client, isOld, userId]);
  const effects = isSeen ? data : undefined;
  const isCurrent = effects !== undefined && isSettled && !isPlaceholderData;
  const all = (effects?.missing ?? []).map((one) => ({ one, what: findMissing(one, draft) }));
  const missing = all.flatMap(({ what }) =>
    what && (isCurrent || (what !== 'ticket' && what !== 'note')) ? [what] : [],
  );
  return {
    effects,
    missing: looksLikeCode(draft.note) ? [...missing.filter((what) => what !== 'note'), 'note_code'] : missing,
    obstacles: all.flatMap(({ one: { code, ...details }, what }) => (what ? [] : [new ApiError(code, details)])),
    isCurrent,
    unverified: effects?.missing.find(({ code }) => code === 'caller_verification_required')?.rule,
    error,
  };
}
