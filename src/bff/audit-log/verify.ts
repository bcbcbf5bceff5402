/**
 * `npm run audit:verify [-- --key FILE]… [--checkpoint LINE|@FILE]…`: verifies the audit log of a portal (`DATA_DIR` or
 * `DATABASE_URL`) and prints the first row that is not valid. It changes nothing. The exit code is 0 when the log is
 * valid, else 1.
 *
 * Keys (public halves are enough): `--key`, else `AUDIT_SIGNING_KEY`, else the demo's own key beside the store.
 * Checkpoints are signed heads from the portal's log or an export.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SchemaVersionError } from '#database/errors.ts';
import { ConfigError } from '../config/env/config-error.ts';
import { storePlaceOf } from '../config/env/store-place.ts';
import { MissingStoreError, openStore } from '../store/open.ts';
import { auditKeysOf } from './key-settings.ts';
import { keptKeyFile } from './kept-key.ts';
import { readAuditKeys, type AuditKeys, type Head } from './keys.ts';
import { readHead, verifyAuditLog, type TamperedRow } from './verify-log.ts';
import { readCheckpoints } from './checkpoint.ts';

class UsageError extends Error {}

const texts: Record<TamperedRow['fault'], (seq: number) => string> = {
  edited: (seq) => `row ${seq} was edited`,
  missing: (seq) => `rows before row ${seq} are missing, or it was slipped in`,
  reordered: (seq) => `row ${seq} stands where another was written`,
  truncated: (seq) => `rows are cut off: row ${seq} should be there`,
  forgotten: (seq) => `row ${seq} is an intent without an outcome that was taken off the list of open ones`,
  unsigned: (seq) => `its head, row ${seq}, is signed by none of the keys`,
  rewritten: (seq) => `row ${seq} is not the one of the checkpoint: it, or rows before it, were written anew`,
  false_checkpoint: (seq) => `the checkpoint of row ${seq} is signed by none of the keys`,
};

function keysOf(files: readonly string[], folder: string): AuditKeys {
  if (files.length > 0) return files.flatMap((file) => readAuditKeys(readFileSync(file, 'utf8')));
  const faults: string[] = [];
  const set = auditKeysOf(process.env['AUDIT_SIGNING_KEY'] || undefined, faults);
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  if (set) return set;
  if (!existsSync(keptKeyFile(folder)))
    throw new UsageError('there is no key to verify the head with: give the public key as --key FILE');
  return readAuditKeys(readFileSync(keptKeyFile(folder), 'utf8'));
}

function checkpointsOf(given: readonly string[]): Head[] {
  return given.flatMap((one) => {
    const found = readCheckpoints(one.startsWith('@') ? readFileSync(one.slice(1), 'utf8') : one);
    if (found.length === 0) throw new UsageError('there is no signed head in that checkpoint');
    return found;
  });
}

async function verify(): Promise<string | null> {
  const options = { key: { type: 'string', multiple: true }, checkpoint: { type: 'string', multiple: true } } as const;
  const { values } = parseArgs({ options });
  const place = storePlaceOf(process.env);
  const checkpoints = checkpointsOf(values.checkpoint ?? []);
  // It creates no store: an empty log would pass.
  const store = await openStore(place, { existing: 'read' });
  try {
    const keys = keysOf(values.key ?? [], place.dataDir);
    const tampered = await verifyAuditLog(store, { keys, checkpoints });
    if (tampered) return `The audit log does not hold: ${texts[tampered.fault](tampered.seq)}.`;
    const { seq, signatures } = await readHead(store);
    const by = Object.keys(signatures).join(', ');
    const beside =
      checkpoints.length > 0
        ? `, and ${checkpoints.length} ${checkpoints.length > 1 ? 'checkpoints agree' : 'checkpoint agrees'}`
        : '';
    process.stdout.write(`The audit log holds: ${seq} rows${by && `, signed by ${by}`}${beside}.\n`);
    return null;
  } finally {
    await store.destroy();
  }
}

const fault = await verify().catch((error: unknown) => {
  const isUserFacing =
    error instanceof UsageError ||
    error instanceof SchemaVersionError ||
    error instanceof MissingStoreError ||
    error instanceof ConfigError ||
    error instanceof TypeError ||
    (error as NodeJS.ErrnoException).code === 'ENOENT';
  if (!isUserFacing) throw error;
  return (error as Error).message;
});
if (fault !== null) {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 1;
}
