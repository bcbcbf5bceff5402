/**
 * `latchkey audit:prune [--checkpoint LINE|@FILE …] [--without-sink]`: verifies the audit log, deletes rows that are
 * older than `AUDIT_RETENTION_DAYS`, and prints a checkpoint for the next run. Portals may run at the same time. Let a
 * timer run it, with the role that owns the tables. The exit code is 0 on success, else 1.
 */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { DAY_MS } from '#clock';
import { isUnusable, getReason } from '#database/errors.ts';
import { retentionVariables } from '#bff/config/variables.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { optional, parseWith } from '#bff/platform/env/schemas.ts';
import { createCheckpoint } from '#bff/records/audit-log/checkpoint.ts';
import { signingKeys } from '#bff/records/audit-log/key-settings.ts';
import { givenCheckpoints } from '../audit-verify/given-checkpoints.ts';
import { onStore, readOperator } from '../program/operator.ts';
import { showProgress, type Progress } from '../program/progress.ts';
import { pruneAuditLog } from './prune.ts';

async function run(): Promise<string[]> {
  const { values } = parseArgs({
    options: { checkpoint: { type: 'string', multiple: true }, 'without-sink': { type: 'boolean', default: false } },
  });
  const faults: string[] = [];
  const set = parseWith({ ...retentionVariables, AUDIT_SINK: optional(z.string()) }, process.env, faults);
  const { AUDIT_RETENTION_DAYS: days, AUDIT_SINK: sink } = set;
  if (days === undefined && faults.length === 0) faults.push('AUDIT_RETENTION_DAYS is not set: all rows stay');
  if (sink !== undefined && values['without-sink']) faults.push('AUDIT_SINK is set: unset it, or omit --without-sink');
  if (faults.length > 0 || days === undefined) throw new ConfigError(faults);
  const checkpoints = givenCheckpoints(values.checkpoint ?? []);
  return onStore(async ({ store, clock, place }) => {
    const { seq } = await store.selectFrom('audit_sink_cursor').select('seq').executeTakeFirstOrThrow();
    if (seq > 0 && sink === undefined && !values['without-sink'])
      throw new ConfigError([
        'rows went to a receiver: set AUDIT_SINK as for the portals, or say --without-sink if there is none any more',
      ]);
    let shown: Progress | undefined;
    const { rows, checkpoint } = await pruneAuditLog({
      ...{ store, clock, checkpoints, hasSink: sink !== undefined, retentionMs: days * DAY_MS },
      keys: signingKeys(place.dataDir, process.env['AUDIT_SIGNING_KEY']),
      actor: readOperator('latchkey audit:prune'),
      progress: (done, of) => (shown ??= showProgress('audit rows', of)).done(done),
    });
    shown?.end();
    if (!checkpoint) return [`No row is older than ${days} days and may go.`];
    return [
      `${rows} rows went. The next run needs this checkpoint, or a later one:`,
      JSON.stringify(createCheckpoint(checkpoint)),
    ];
  });
}

try {
  process.stdout.write(`${(await run()).join('\n')}\n`);
} catch (error) {
  const text = error instanceof ConfigError ? error.faults.join('\n') : getReason(error);
  process.stderr.write(`${isUnusable(error) ? 'The store cannot be used: ' : ''}${text}\n`);
  process.exitCode = 1;
}
