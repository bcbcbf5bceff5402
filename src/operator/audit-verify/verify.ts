/**
 * `latchkey audit:verify [--json] [--key FILE]… [--checkpoint LINE|@FILE]… [--events FILE…] [--export FILE [--store]]`:
 * verifies the audit log of a portal (`DATA_DIR` or `DATABASE_URL`), or with `--events` what a receiver of events has
 * stored, and prints the first row that is not valid. With `--export` it verifies a file that the page of the log
 * exported; `--store` or `--events` also compares the rows of this file with the log. It changes nothing.
 *
 * The exit code is 0 when all is valid. It is 2 when the only fault is a checkpoint that is invalid because a backup
 * was restored; `--accept-restore ROW` accepts that restore. It is 3 when the row of a checkpoint was pruned, else 1.
 *
 * Keys (public keys are enough): `--key`, else `AUDIT_SIGNING_KEY`, else the demo's own key beside the store.
 * Checkpoints are signed heads from the portal's log or an export.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isUnusable, getReason, SchemaVersionError } from '#database/errors.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { readSnapshot } from '#bff/platform/store/change-store.ts';
import { readPlace } from '#bff/config/place.ts';
import { MissingStoreError, openStore, type Store } from '#bff/platform/store/open.ts';
import { MissingKeyError, verifyingKeys } from '#bff/records/audit-log/key-settings.ts';
import { lastPruned, readHead } from '#bff/records/audit-log/head.ts';
import { linesIn } from './lines.ts';
import { givenCheckpoints, UsageError } from './given-checkpoints.ts';
import { isSigned, type AuditKeys, type Head } from '#bff/records/audit-log/keys.ts';
import { describeTampering, verifyAuditLog } from './verify-log.ts';
import { isSignedManifest, readManifest } from '#bff/records/audit-log/checkpoint.ts';
import { createErasures, type Erasures } from '../erase/erasures.ts';
import { createComparison, rowsOfExport } from './compare-export.ts';
import { showProgress, type Progress } from '../program/progress.ts';
import { describeRestore, explains, restoresIn, type LoggedRestore } from './restores.ts';
import { verifyEvents, type Restore } from './verify-events.ts';

const RESTORED = 2;
const PRUNED = 3;

/** With `--json`, one object at the end replaces the lines. */
const json = process.argv.includes('--json');
const lines: string[] = [];
const say = (line: string) => void (json ? lines.push(line) : process.stdout.write(`${line}\n`));

type Comparison = ReturnType<typeof createComparison>;

function erasuresWith(comparison: Comparison | null): Erasures {
  const { add, unnamed } = createErasures();
  return {
    unnamed,
    add(row) {
      add(row);
      comparison?.add(row);
    },
  };
}

async function* readLines(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) yield* linesIn(createReadStream(file));
}

function describeReceived({ seq, at, actor, until, written }: Restore, signedUntil: number): string {
  const kept =
    until >= seq ? `rows ${seq} to ${until} of before are only here, and the log goes on from row ${seq} again` : '';
  const lost =
    written !== null && written > until ? `rows ${until + 1} to ${written} of before never arrived, and are lost` : '';
  const unsure = signedUntil < seq ? 'no signed head covers this row yet, so it could have been made up' : '';
  const words = [kept, lost, unsure].filter((one) => one !== '').join('; ');
  return `Row ${seq}, ${new Date(at).toISOString()}: ${actor} restored a backup that ended at row ${seq - 1}; ${words}.`;
}

/** The last line must be a signed manifest with the digest of all bytes before it. Returns what is wrong, or null. */
function verifyExport(file: string, keys: AuditKeys): string | null {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('\n', -2) + 1;
  const manifestLine = readManifest(bytes.subarray(end).toString().trimEnd());
  if (!manifestLine)
    return 'The export does not hold: its last line is no manifest, so its end is missing or something was added.';
  if (!isSignedManifest(keys, manifestLine)) return 'The export does not hold: none of the keys signed its manifest.';
  const { filter, role, first, last, count, sha256 } = manifestLine.manifest;
  if (createHash('sha256').update(bytes.subarray(0, end)).digest('base64url') !== sha256)
    return 'The export does not hold: a line before its manifest was changed, added or taken out.';
  const rows = count === 0 ? 'no row' : `${count} rows, ${first} to ${last}`;
  say(
    `The export holds: ${rows}, of a log that ended at row ${manifestLine.auditHead.seq}; filter: ${filter}; read by: ${role}. That these are all rows of this filter is the portal's own word.`,
  );
  return null;
}

/** The export without its last line, the manifest. */
const readContent = (file: string): string => {
  const bytes = readFileSync(file);
  return bytes.subarray(0, bytes.lastIndexOf('\n', -2) + 1).toString();
};

/** Returns what is wrong, or null. */
function sayComparison(comparison: Comparison | null): string | null {
  if (!comparison) return null;
  const fault = comparison.fault();
  if (fault !== null) return `The export does not agree with the log: ${fault}.`;
  const { agree, erased } = comparison.counts();
  const since = erased === 0 ? '' : `; ${erased} lost values to an erasure since`;
  say(`The export agrees with the log: ${agree} rows are the same${since}.`);
  return null;
}

async function verifyReceived(
  files: readonly string[],
  keys: AuditKeys,
  checkpoints: readonly Head[],
  comparison: Comparison | null,
) {
  const erasures = erasuresWith(comparison);
  const { tampered, first, last, signedUntil, restores } = await verifyEvents(
    readLines(files),
    keys,
    checkpoints,
    erasures.add,
  );
  const unnamed = erasures.unnamed();
  if (!tampered && unnamed !== null)
    return `The events do not hold: ${describeTampering({ seq: unnamed, fault: 'edited' })}.`;
  if (tampered) return `The events do not hold: ${describeTampering(tampered)}.`;
  if (last === 0) return 'There is no event in these files.';
  const covered =
    signedUntil === 0
      ? 'no signed head is among them, so they could have been written anew'
      : `a signed head covers them up to row ${signedUntil}`;
  say(`The events hold: rows ${first} to ${last}; ${covered}.`);
  for (const one of restores) say(describeReceived(one, signedUntil));
  return sayComparison(comparison);
}

function readOptions() {
  const many = { type: 'string', multiple: true } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    key: many,
    checkpoint: many,
    events: many,
    export: { type: 'string' },
    json: flag,
    store: flag,
  } as const;
  return parseArgs({ options: { ...options, 'accept-restore': many } }).values;
}

/**
 * Verifies without the checkpoints that accepted restores explain. If this fails, tries again without the checkpoints
 * that any restore explains.
 */
async function verifyStore(
  tx: Store,
  keys: AuditKeys,
  checkpoints: readonly Head[],
  acceptedRows: readonly string[],
  comparison: Comparison | null,
) {
  let shown: Progress | undefined;
  const progress = (rows: number, of: number) => (shown ??= showProgress('audit rows', of)).done(rows);
  const restores = await restoresIn(tx);
  const accepted = restores.filter(({ seq }) => acceptedRows.includes(String(seq)));
  const unknown = acceptedRows.find((row) => !restores.some(({ seq }) => String(seq) === row));
  if (unknown !== undefined) throw new UsageError(`row ${unknown} tells of no restore: --accept-restore takes its row`);
  const verifyWithout = async (by: readonly LoggedRestore[]) => {
    const isLost = (checkpoint: Head) => by.some((one) => explains(one, checkpoint));
    const forged = checkpoints.find((checkpoint) => isLost(checkpoint) && !isSigned(keys, checkpoint));
    if (forged) return { seq: forged.seq, fault: 'false_checkpoint' as const };
    const left = checkpoints.filter((one) => !isLost(one));
    return verifyAuditLog(tx, { keys, checkpoints: left, erasures: erasuresWith(comparison), progress });
  };
  const tampered = await verifyWithout(accepted);
  const mayBeRestored = tampered?.fault === 'rewritten' || tampered?.fault === 'truncated';
  const restored = mayBeRestored && (await verifyWithout(restores)) === null ? restores : null;
  shown?.end();
  return {
    ...{ tampered, accepted },
    restored: restored?.filter((one) => !accepted.includes(one) && checkpoints.some((of) => explains(one, of))),
    head: await readHead(tx),
    pruned: await lastPruned(tx),
  };
}

/** Returns what is wrong, or null. */
function sayVerified(
  { tampered, accepted, restored, head, pruned }: Awaited<ReturnType<typeof verifyStore>>,
  checkpoints: readonly Head[],
): string | null {
  if (restored) {
    process.exitCode = RESTORED;
    const rows = restored.map(({ seq }) => `--accept-restore ${seq}`).join(' ');
    return `A checkpoint does not hold, since a backup was restored. ${restored.map(describeRestore).join(' ')} All else holds. If you know of it: ${rows}`;
  }
  if (tampered) return `The audit log does not hold: ${describeTampering(tampered)}.`;
  for (const one of accepted) say(`Accepted: ${describeRestore(one)}`);
  const by = Object.keys(head.signatures).join(', ');
  const left = checkpoints.filter((checkpoint) => !accepted.some((one) => explains(one, checkpoint)));
  const older = left.filter((one) => one.seq < (pruned?.seq ?? 0));
  const compared = left.length - older.length;
  const agree = compared > 0 ? `, and ${compared} ${compared > 1 ? 'checkpoints agree' : 'checkpoint agrees'}` : '';
  const without = pruned ? `, without the first ${pruned.seq}, which row ${pruned.by} pruned` : '';
  say(`The audit log holds: ${head.seq} rows${without}${by && `, signed by ${by}`}${agree}.`);
  if (!pruned || older.length === 0) return null;
  process.exitCode = PRUNED;
  const rows = older.map((one) => one.seq).join(', ');
  return `NOT compared: the checkpoint of row ${rows}. Row ${pruned.by} pruned the rows up to ${pruned.seq}: use the checkpoint that it printed, or a later one.`;
}

async function verify(): Promise<string | null> {
  const values = readOptions();
  const place = readPlace(process.env);
  const checkpoints = givenCheckpoints(values.checkpoint ?? []);
  const readKeys = () => verifyingKeys(values.key ?? [], place.dataDir, process.env['AUDIT_SIGNING_KEY']);
  let comparison: Comparison | null = null;
  if (values.export !== undefined) {
    const fault = verifyExport(values.export, readKeys());
    if (fault !== null || !(values.events || values.store)) return fault;
    comparison = createComparison(rowsOfExport(readContent(values.export)));
  }
  if (values.events) return verifyReceived(values.events, readKeys(), checkpoints, comparison);
  // Opens an existing store only: a new one would have an empty log, which would pass.
  const store = await openStore(place, { existing: 'read' });
  try {
    const keys = readKeys();
    const accepted = values['accept-restore'] ?? [];
    const verified = await readSnapshot(store, (tx) => verifyStore(tx, keys, checkpoints, accepted, comparison));
    return sayVerified(verified, checkpoints) ?? sayComparison(comparison);
  } finally {
    await store.destroy();
  }
}

const fault = await verify().catch((error: unknown) => {
  if (isUnusable(error)) return `The store cannot be read: ${getReason(error)}`;
  const isUserFacing =
    error instanceof UsageError ||
    error instanceof MissingKeyError ||
    error instanceof SchemaVersionError ||
    error instanceof MissingStoreError ||
    error instanceof ConfigError ||
    error instanceof TypeError ||
    ['ENOENT', 'EACCES'].includes(String((error as NodeJS.ErrnoException).code));
  if (!isUserFacing) throw error;
  return (error as Error).message;
});
if (fault !== null) {
  process.exitCode ??= 1;
  if (!json) process.stderr.write(`${fault}\n`);
}
if (json) process.stdout.write(`${JSON.stringify({ holds: fault === null, fault, lines })}\n`);
