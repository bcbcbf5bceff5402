import type { Selectable } from 'kysely';

/** Pushes to phones. Times as in the other tables. */
export type PushTransactionsTable = {
  /** The wire's id: `v2mst.` and 22 characters of base64url. */
  id: string;
  factor_id: string;
  /** The stored status; a `WAITING` push past its end counts as timed out. */
  status: 'WAITING' | 'SUCCESS' | 'REJECTED' | 'CANCELLED';
  /** The number to choose on the phone; null without number matching. */
  answer: number | null;
  /** JSON: the phone's three numbers in order; `[]` without number matching. */
  choices: string;
  /** The requester that the phone shows: `User-Agent`, and the forwarded address of the person. */
  user_agent: string;
  address: string | null;
  created: number;
  expires_at: number;
};

export type PushTransaction = Selectable<PushTransactionsTable>;

/** SQL of the migration. Deleting a factor deletes its pushes. */
export const pushTransactionStatements = [
  `CREATE TABLE push_transactions (
    id TEXT PRIMARY KEY, factor_id TEXT NOT NULL REFERENCES factors(id) ON DELETE CASCADE,
    status TEXT NOT NULL, answer INTEGER,
    choices TEXT NOT NULL, user_agent TEXT NOT NULL, address TEXT,
    created INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT`,
  'CREATE INDEX push_transactions_of_factor ON push_transactions (factor_id, created)',
];
