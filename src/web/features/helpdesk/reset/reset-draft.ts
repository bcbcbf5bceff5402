import type { ResetBody } from '#contract/helpdesk.ts';
import { keepDraft as keep, readDraft as read } from '../../../components/field/draft.ts';

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

const nameOf = (userId: string): string => `reset:${userId}`;

/** Returns this tab's recent draft for the person, so that a sign-in at Okta in between loses nothing. */
export const readDraft = (userId: string): ResetDraft => ({
  ...emptyDraft,
  ...read<Partial<ResetDraft>>(nameOf(userId)),
});

export const keepDraft = (userId: string, draft: ResetDraft): void =>
  keep(nameOf(userId), draft === emptyDraft ? undefined : draft);
