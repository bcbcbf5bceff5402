import type { WordsId } from '../words/words.tsx';

const known: Record<string, WordsId> = {
  ACTIVE: 'desk.status_active',
  STAGED: 'desk.status_staged',
  PROVISIONED: 'desk.status_staged',
  RECOVERY: 'desk.status_recovery',
  PASSWORD_EXPIRED: 'desk.status_password',
  LOCKED_OUT: 'desk.status_locked',
  SUSPENDED: 'desk.status_suspended',
  DEPROVISIONED: 'desk.status_gone',
};

/** What a status of Okta's is called, or undefined for one we do not know. */
export const statusWords = (status: string): WordsId | undefined => known[status];
