import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Returns a new signing key as PEM. */
export const makeAuditKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

export const keptKeyFile = (dataDir: string): string => join(dataDir, 'audit-signing-key');

/** Returns the demo's signing key as PEM. The first start creates it; it is stored beside the database. */
export function keptAuditKey(dataDir: string): string {
  const file = keptKeyFile(dataDir);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, makeAuditKey(), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}
