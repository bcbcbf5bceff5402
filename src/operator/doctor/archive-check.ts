import { existsSync } from 'node:fs';
import { access, constants, mkdtemp, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MAY_NOT_PRUNE, mayPrune } from '#bff/records/audit-log/archive/rights.ts';
import type { ArchiveSettings } from '#bff/records/audit-log/archive/settings.ts';
import type { StorePlace } from '#bff/platform/store/open.ts';
import { check, type ConfigCheck } from './config-check.ts';
import { onExistingStore } from './existing-store.ts';

const DAY_MS = 24 * 60 * 60_000;

const isWritable = (folder: string) =>
  access(folder, constants.W_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : false),
  );

/** Checks the folder of the archive, and the right to delete what went there; nothing without an archive. */
export function archiveChecks(settings: ArchiveSettings | null, place: StorePlace): ConfigCheck[] {
  if (!settings) return [];
  const { folder, retentionMs } = settings;
  return [
    check('audit archive', async () => {
      // The first file makes the folder.
      const writable = (await isWritable(folder)) ?? (await isWritable(dirname(resolve(folder))));
      if (!writable)
        throw new Error(`${folder} cannot be written: mend its rights, or set AUDIT_ARCHIVE to another one`);
      if ((await onExistingStore(place, mayPrune)) === false) throw new Error(MAY_NOT_PRUNE);
      return `audit rows go to ${folder} after ${Math.round(retentionMs / DAY_MS)} days`;
    }),
  ];
}

/** Checks that the folder of a store in a file is there or can be made; nothing where the store is elsewhere. */
export function folderChecks({ dataDir, database }: StorePlace): ConfigCheck[] {
  if (database) return [];
  return [
    check('data folder', async () => {
      let there = resolve(dataDir);
      while (!existsSync(there)) there = dirname(there);
      try {
        // The rights alone do not say it: root may write everywhere, but nobody makes a folder in /proc.
        await rmdir(await mkdtemp(join(there, '.latchkey-')));
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        throw new Error(`nothing can be written to ${dataDir} (${code}): set DATA_DIR to another folder`, {
          cause: error,
        });
      }
      return `${dataDir} can be written`;
    }),
  ];
}
