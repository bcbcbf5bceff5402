import type { ResetBody } from '#contract/helpdesk.ts';

/** What an agent has chosen and written for one person. `lost`: methods by id, or all of them. */
export type Draft = {
  lost: 'all' | readonly string[];
  reason: NonNullable<ResetBody['reason']> | '';
  ticket: string;
  note: string;
  /** The last way in which this caller was asked to show who they are. */
  callerProofId: string | null;
  /** Nothing was possible: a second approver alone may allow it. */
  unverified: boolean;
};

export const emptyDraft: Draft = { lost: [], reason: '', ticket: '', note: '', callerProofId: null, unverified: false };

/** How long a draft waits in its tab, in milliseconds: as long as a caller stays verified. */
const waits = 15 * 60_000;
const keyOf = (userId: string): string => `latchkey:reset:${userId}`;

/** What was begun for this person a short while ago, in this tab: the way to Okta and back loses nothing. */
export function draftOf(userId: string): Draft {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(userId)) ?? 'null') as { draft: Draft; at: number } | null;
    if (kept && Date.now() - kept.at < waits) return { ...emptyDraft, ...kept.draft };
  } catch {
    // Storage may be forbidden, or hold what an older page wrote.
  }
  return emptyDraft;
}

export function keepDraft(userId: string, draft: Draft): void {
  try {
    if (draft === emptyDraft) sessionStorage.removeItem(keyOf(userId));
    else sessionStorage.setItem(keyOf(userId), JSON.stringify({ draft, at: Date.now() }));
  } catch {
    // The agent then writes it once more.
  }
}
