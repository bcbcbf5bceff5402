import type { Selectable } from 'kysely';

export type TokensTable = {
  /** Printed on the token. */
  serial: string;
  /** The kind's name in the registry. */
  kind: string;
  /** The first 12 characters of a YubiKey's code. Null for other tokens. */
  public_id: string | null;
  /** base64url. */
  secret: string;
  /** The counter or time step of the last accepted code. Codes up to it are used. */
  counter: number;
  factor_id: string | null;
};

export type Token = Selectable<TokensTable>;

export const tokenStatements = [
  `CREATE TABLE tokens (
    serial TEXT PRIMARY KEY, kind TEXT NOT NULL, public_id TEXT UNIQUE, secret TEXT NOT NULL,
    counter INTEGER NOT NULL, factor_id TEXT UNIQUE) STRICT`,
];
