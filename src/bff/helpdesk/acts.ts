import type { Approval } from '#contract/helpdesk.ts';
import type { Viewer } from './helpdesk.ts';

/** What the person's page tells of acts on them: whether changes are frozen, and what waits for an approver. */
export type Acts = {
  /** Milliseconds, or null. */
  frozenAt(userId: string): Promise<number | null>;
  /** Those about this person that are this agent's own, or wait for this approver. */
  approvalsAbout(viewer: Viewer, userId: string): Promise<Approval[]>;
};
