import type { ResetBody } from '#contract/helpdesk.ts';

/** What an agent has chosen and written for one person. `selected`: methods by id, or all of them. */
export type ResetDraft = {
  selected: 'all' | readonly string[];
  reason: NonNullable<ResetBody['reason']> | '';
  ticket: string;
  note: string;
  /** The last way in which this caller was asked to show who they are. */
  callerVerificationId: string | null;
  /** Nothing was possible: a second approver alone may allow it. */
  unverified: boolean;
};

export const emptyDraft: ResetDraft = {
  selected: [],
  reason: '',
  ticket: '',
  note: '',
  callerVerificationId: null,
  unverified: false,
};

/** How long a draft waits in its tab, in milliseconds: as long as a caller stays verified. */
const waits = 15 * 60_000;
const keyOf = (userId: string): string => `latchkey:reset:${userId}`;

/** What was begun for this person a short while ago, in this tab: the way to Okta and back loses nothing. */
export function readDraft(userId: string): ResetDraft {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(userId)) ?? 'null') as {
      draft: ResetDraft;
      at: number;
    } | null;
    if (kept && Date.now() - kept.at < waits) return { ...emptyDraft, ...kept.draft };
  } catch {
    // Storage may be forbidden, or hold what an older page wrote.
  }
  return emptyDraft;
}

export function keepDraft(userId: string, draft: ResetDraft): void {
  try {
    if (draft === emptyDraft) sessionStorage.removeItem(keyOf(userId));
    else sessionStorage.setItem(keyOf(userId), JSON.stringify({ draft, at: Date.now() }));
  } catch {
    // The agent then writes it once more.
  }
}
