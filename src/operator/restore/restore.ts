/**
 * `latchkey restore FILE [--freeze WHO]…`: replaces the store in `DATA_DIR` with a backup. For PostgreSQL, after
 * `pg_restore`: `latchkey restore [--replaced URL|@FILE] [--freeze WHO]…` works on the database of `DATABASE_URL`. Both
 * end everything that may have been used since the backup, freeze people again who were frozen, and write a row of the
 * audit log. The exit code is 0 on success. It is 1 on an error; then the store is unchanged.
 */
import { parseArgs } from 'node:util';
import { createClock } from '#clock';
import { isUnusable, getReason, SchemaVersionError } from '#database/errors.ts';
import { MissingKeyError, signingKeys } from '#bff/records/audit-log/key-settings.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { readPlace } from '#bff/config/place.ts';
import { UnclearPerson } from '../program/person.ts';
import { MissingStoreError } from '#bff/platform/store/open.ts';
import { RestoreRefusal, restoreFile, endOpenThings, type Restored } from './restore-store.ts';

const options = {
  freeze: { type: 'string', multiple: true, default: [] as string[] },
  replaced: { type: 'string' },
} as const;

function report({ head, replaced, unreadable, ended, frozen, notFrozenBefore, keptAs }: Restored): string[] {
  const lost = replaced ? Math.max(0, replaced.head.seq - head.seq) : null;
  return [
    `Restored up to row ${head.seq} of the audit log${lost === null ? '' : `; ${lost} later rows are only in what was replaced`}.`,
    `Ended: ${ended.sessions} sessions, ${ended.approvals} requests that waited for an approval, ${ended.verifications} verifications of callers, ${ended.codes} recovery codes, ${ended.links} links that freeze.`,
    ...(ended.emails > 0
      ? [
          `Deleted: ${ended.emails} emails that were not sent at the backup, and may have been since. Each about somebody’s security is a row of the audit log (not told).`,
        ]
      : []),
    ...(unreadable === null
      ? []
      : [
          `What was replaced could not be read (${unreadable}). Whoever was frozen after ${new Date(head.at).toISOString()} is not frozen now, and whose methods were all reset after it needs no recovery code: look for user.account.freeze and user.mfa.factor.reset_all in what the log or the SIEM collected, and name these people: latchkey restore … --freeze <login or user id>.`,
        ]),
    ...(frozen.length > 0 ? [`These people are frozen again: ${frozen.join(', ')}.`] : []),
    ...(notFrozenBefore.length > 0
      ? [
          `These people are frozen in the backup, and were not any more before the restore: ${notFrozenBefore.join(', ')}. The helpdesk can unfreeze them.`,
        ]
      : []),
    ...(keptAs === null ? [] : [`The store before is ${keptAs}.`]),
    'Next: latchkey audit:verify with a checkpoint from the time of the backup, then start the portals.',
  ];
}

async function restore(): Promise<string[]> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const place = readPlace(process.env);
  const clock = createClock();
  const keys = signingKeys(place.dataDir, process.env['AUDIT_SIGNING_KEY']);
  const common = { keys, clock, freeze: values.freeze };
  const [backup] = positionals;
  if (!place.database) {
    if (backup === undefined) throw new RestoreRefusal('from which file? latchkey restore FILE');
    return report(await restoreFile(backup, place.dataDir, common));
  }
  if (backup !== undefined)
    throw new RestoreRefusal('DATABASE_URL is set: restore the dump by pg_restore first, then run this without a file');
  const before = values.replaced === undefined ? null : readPlace({ ...process.env, DATABASE_URL: values.replaced });
  return report(await endOpenThings(place, before, common));
}

try {
  process.stdout.write(`${(await restore()).join('\n')}\n`);
} catch (error) {
  const kinds = [RestoreRefusal, UnclearPerson, MissingKeyError, MissingStoreError, SchemaVersionError, ConfigError];
  const isUserFacing = kinds.some((kind) => error instanceof kind) || isUnusable(error);
  const { code } = error as NodeJS.ErrnoException;
  if (!isUserFacing && !/^(?:ERR_PARSE_ARGS|ENOENT|EACCES|ENOSPC|ERR_SQLITE)/.test(String(code))) throw error;
  process.stderr.write(`Nothing was restored: ${getReason(error)}\n`);
  process.exitCode = 1;
}
