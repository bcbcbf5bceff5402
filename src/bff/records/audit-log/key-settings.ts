import { existsSync, readFileSync } from 'node:fs';
import { readSecret } from '../../platform/env/secret-file.ts';
import { SettingFileError } from '../../platform/env/setting-file.ts';
import { keptKeyFile } from './kept-key.ts';
import { readAuditKeys, type AuditKeys } from './keys.ts';

const howToMakeKey = 'make one with `openssl genpkey -algorithm ed25519`';

/**
 * Newest first. The first key must be private. Older private keys also sign, older public keys only verify. Adds errors
 * to `faults` and doubtful values to `warnings`. Null when there is an error, or no value.
 */
export function parseAuditKeys(value: string | undefined, faults: string[], warnings: string[] = []): AuditKeys | null {
  if (value === undefined) return null;
  let keys: AuditKeys;
  try {
    keys = readAuditKeys(value, (file) => readSecret(file, (what) => warnings.push(`AUDIT_SIGNING_KEY ${what}`)) ?? '');
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SettingFileError)) throw error;
    faults.push(
      `AUDIT_SIGNING_KEY ${error instanceof TypeError ? `is of no use: ${error.message}; ${howToMakeKey}` : error.message}`,
    );
    return null;
  }
  if (keys[0]?.privateKey) return keys;
  faults.push(`AUDIT_SIGNING_KEY has no private key in the first place, which signs; ${howToMakeKey}`);
  return null;
}

/** The message says what to do. */
export class MissingKeyError extends Error {
  override readonly name = 'MissingKeyError';
}

/** The demo's keys are in `dataDir`. Throws a MissingKeyError. */
function ownKeys(dataDir: string, setting: string | undefined, missing: string): AuditKeys {
  const faults: string[] = [];
  const set = parseAuditKeys(setting || undefined, faults);
  if (faults.length > 0) throw new MissingKeyError(faults.join('; '));
  if (set) return set;
  if (!existsSync(keptKeyFile(dataDir))) throw new MissingKeyError(missing);
  return readAuditKeys(readFileSync(keptKeyFile(dataDir), 'utf8'));
}

/** Throws a MissingKeyError if there are none. */
export const signingKeys = (dataDir: string, setting: string | undefined): AuditKeys =>
  ownKeys(dataDir, setting, 'AUDIT_SIGNING_KEY is not set: the audit log could not be signed');

/** The keys of the files, else of `AUDIT_SIGNING_KEY`, else the demo's. Throws a MissingKeyError if there are none. */
export function verifyingKeys(files: readonly string[], dataDir: string, setting: string | undefined): AuditKeys {
  if (files.length > 0) return files.flatMap((file) => readAuditKeys(readFileSync(file, 'utf8')));
  const missing =
    'there is no key to verify the head with: set AUDIT_SIGNING_KEY, or give the public key as --key FILE';
  return ownKeys(dataDir, setting, missing);
}
