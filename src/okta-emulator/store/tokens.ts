import type { Selectable } from 'kysely';

/**
 * Hardware tokens an administrator has registered, as Okta's inventory of YubiKeys keeps them: somebody's, or in the
 * drawer.
 */
export type TokensTable = {
  /** As it is printed on the token. */
  serial: string;
  /** The name of its kind in the registry. */
  kind: string;
  /** The first 12 characters of what a YubiKey types; null for the others. */
  public_id: string | null;
  /** What it computes its codes with, sealed by the vault. */
  sealed: string;
  /** The counter or time step of the last code that was accepted. This one and all before it are spent. */
  counter: number;
  factor_id: string | null;
};

export type Token = Selectable<TokensTable>;

/** What a migration runs to make the table. */
export const tokenStatements = [
  `CREATE TABLE tokens (
    serial TEXT PRIMARY KEY, kind TEXT NOT NULL, public_id TEXT UNIQUE, sealed TEXT NOT NULL,
    counter INTEGER NOT NULL, factor_id TEXT UNIQUE) STRICT`,
];
