/**
 * `npm run audit:archive [-- --without-sink]`: moves audit rows that are older than `AUDIT_RETENTION_DAYS` into files of
 * `AUDIT_ARCHIVE`, all of them, beside a running portal. It is for a schedule, where the portal's own role may not
 * delete from the log. The exit code is 0 when it is done, else 1.
 */
import { parseArgs } from 'node:util';
import { isUnusable, reasonOf } from '#database/errors.ts';
import * as z from 'zod';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { optional, parseWith } from '#bff/platform/env/schemas.ts';
import { onStore } from '../program/operator.ts';
import { showProgress } from '../program/progress.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { oldestRow } from '#bff/records/audit-log/head.ts';
import { createLock } from '#bff/platform/store/lock.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { signingKeys } from '#bff/records/audit-log/key-settings.ts';
import { createArchive } from '#bff/records/audit-log/archive/archive.ts';
import { archiveOf, archiveVariables } from '#bff/records/audit-log/archive/settings.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** How many rows are older than a time, by their numbers: rows were written in their order. */
async function countOld(store: Store, until: number): Promise<number> {
  const rows = store.selectFrom('audit_log').select('seq').where('at', '<=', until);
  const last = await rows.orderBy('at', 'desc').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const first = await oldestRow(store);
  return last && first ? Math.max(0, last.seq - first.seq + 1) : 0;
}

async function archive(): Promise<number> {
  const { values } = parseArgs({ options: { 'without-sink': { type: 'boolean', default: false } } });
  const faults: string[] = [];
  const set = parseWith({ ...archiveVariables, AUDIT_SINK: optional(z.string()) }, process.env, faults);
  const settings = archiveOf(set, []);
  if (!settings) faults.push('AUDIT_ARCHIVE is not set: where shall the rows go?');
  if (faults.length > 0 || !settings) throw new ConfigError(faults);
  return onStore(async ({ store, clock, place }) => {
    const keys = signingKeys(place.dataDir, process.env['AUDIT_SIGNING_KEY']);
    const { seq } = await store
      .selectFrom('audit_sink_cursor')
      .select('seq')
      .where('id', '=', 1)
      .executeTakeFirstOrThrow();
    if (seq > 0 && set.AUDIT_SINK === undefined && !values['without-sink'])
      throw new ConfigError([
        'rows went to a sink: set AUDIT_SINK as for the portals, or say --without-sink if there is none any more',
      ]);
    const lock = createLock(store, clock, pause);
    const hasSink = set.AUDIT_SINK !== undefined;
    let all = 0;
    const shown = showProgress('old audit rows', await countOld(store, clock.now() - settings.retentionMs));
    for (;;) {
      // A new audit log for each run: portals write rows in between.
      const auditLog = createAuditLog(store, clock, keys);
      const pruned = await createArchive({ store, clock, lock, auditLog, settings, hasSink }).run();
      if (pruned === null)
        throw new Error(
          `another process archives, or was killed less than half a minute ago: run this again (${all} rows went until now)`,
        );
      if (pruned === 0) {
        shown.end();
        return all;
      }
      all += pruned;
      shown.done(all);
    }
  });
}

try {
  process.stdout.write(`${await archive()} rows went to the archive.\n`);
} catch (error) {
  const text = error instanceof ConfigError ? error.faults.join('\n') : reasonOf(error);
  process.stderr.write(`${isUnusable(error) ? 'The store cannot be used: ' : ''}${text}\n`);
  process.exitCode = 1;
}
