import type { Selectable } from 'kysely';

/** Times are milliseconds since 1970, on the emulator's clock. */
export type PushTransactionsTable = {
  /** Okta's format: `v2mst.` and 22 characters of base64url. */
  id: string;
  factor_id: string;
  /** A `WAITING` push is timed out after its `expires_at`. */
  status: 'WAITING' | 'SUCCESS' | 'REJECTED' | 'CANCELLED';
  /** The number to choose on the phone. Null without number matching. */
  answer: number | null;
  /** JSON: the three numbers on the phone, sorted. `[]` without number matching. */
  choices: string;
  /** The phone shows the requester's `User-Agent` and address. */
  user_agent: string;
  address: string | null;
  created: number;
  expires_at: number;
};

export type PushTransaction = Selectable<PushTransactionsTable>;

export const pushTransactionStatements = [
  `CREATE TABLE push_transactions (
    id TEXT PRIMARY KEY, factor_id TEXT NOT NULL REFERENCES factors(id) ON DELETE CASCADE,
    status TEXT NOT NULL, answer INTEGER,
    choices TEXT NOT NULL, user_agent TEXT NOT NULL, address TEXT,
    created INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT`,
  'CREATE INDEX push_transactions_of_factor ON push_transactions (factor_id, created)',
];
