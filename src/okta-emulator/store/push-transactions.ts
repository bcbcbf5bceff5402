import type { Selectable } from 'kysely';

/** Pushes to phones. Times are milliseconds since the epoch, on the emulator's clock. */
export type PushTransactionsTable = {
  /** The transaction's id at Okta: `v2mst.` and 22 characters of base64url. */
  id: string;
  factor_id: string;
  /** The stored status. A `WAITING` push after its `expires_at` counts as timed out. */
  status: 'WAITING' | 'SUCCESS' | 'REJECTED' | 'CANCELLED';
  /** The number to choose on the phone; null without number matching. */
  answer: number | null;
  /** JSON: the three numbers on the phone, sorted; `[]` without number matching. */
  choices: string;
  /** The requester that the phone shows: `User-Agent`, and the person's forwarded address. */
  user_agent: string;
  address: string | null;
  created: number;
  expires_at: number;
};

export type PushTransaction = Selectable<PushTransactionsTable>;

/** SQL of the migration. Deleting a factor also deletes its pushes. */
export const pushTransactionStatements = [
  `CREATE TABLE push_transactions (
    id TEXT PRIMARY KEY, factor_id TEXT NOT NULL REFERENCES factors(id) ON DELETE CASCADE,
    status TEXT NOT NULL, answer INTEGER,
    choices TEXT NOT NULL, user_agent TEXT NOT NULL, address TEXT,
    created INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT`,
  'CREATE INDEX push_transactions_of_factor ON push_transactions (factor_id, created)',
];
