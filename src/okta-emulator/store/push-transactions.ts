import type { Selectable } from 'kysely';

/** Pushes to somebody's phone. Moments as in the other tables. */
export type PushTransactionsTable = {
  /** The wire's id: `v2mst.` and 22 characters of base64url. */
  id: string;
  factor_id: string;
  /** As settled; a waiting one that is past its end has timed out without anybody writing it down. */
  status: 'WAITING' | 'SUCCESS' | 'REJECTED' | 'CANCELLED';
  /** The number to choose on the phone; null without number matching. */
  answer: number | null;
  /** JSON: the three numbers that the phone offers, in its order; `[]` without number matching. */
  choices: string;
  /** Who asks, as the phone shows it: `User-Agent`, and the person's own address where it was forwarded. */
  user_agent: string;
  address: string | null;
  created: number;
  expires_at: number;
};

export type PushTransaction = Selectable<PushTransactionsTable>;

/** What a migration runs to make the table. Taking a factor away takes its pushes along. */
export const pushTransactionStatements = [
  `CREATE TABLE push_transactions (
    id TEXT PRIMARY KEY, factor_id TEXT NOT NULL REFERENCES factors(id) ON DELETE CASCADE,
    status TEXT NOT NULL, answer INTEGER,
    choices TEXT NOT NULL, user_agent TEXT NOT NULL, address TEXT,
    created INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT`,
  'CREATE INDEX push_transactions_of_factor ON push_transactions (factor_id, created)',
];
