import type { ResetBody } from '#contract/helpdesk.ts';

/** What an agent has selected and written for one person. `selected`: ids of methods, or all methods. */
export type ResetDraft = {
  selected: 'all' | readonly string[];
  reason: NonNullable<ResetBody['reason']> | '';
  ticket: string;
  note: string;
  /** The id of the last caller verification. */
  callerVerificationId: string | null;
  /** The agent could not verify the caller. Only an approver can then allow the reset. */
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

/** Milliseconds for which the tab keeps a draft: as long as a caller stays verified. */
const waits = 15 * 60_000;
const keyOf = (userId: string): string => `latchkey:reset:${userId}`;

/** Returns this tab's recent draft for the person, so that a sign-in at Okta in between loses nothing. */
export function readDraft(userId: string): ResetDraft {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(userId)) ?? 'null') as {
      draft: ResetDraft;
      at: number;
    } | null;
    if (kept && Date.now() - kept.at < waits) return { ...emptyDraft, ...kept.draft };
  } catch {
    // Storage may be blocked, or contain an older version's data.
  }
  return emptyDraft;
}

export function keepDraft(userId: string, draft: ResetDraft): void {
  try {
    if (draft === emptyDraft) sessionStorage.removeItem(keyOf(userId));
    else sessionStorage.setItem(keyOf(userId), JSON.stringify({ draft, at: Date.now() }));
  } catch {
    // Without storage, the agent may have to write it again.
  }
}
