import { existsSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { StorePlace } from '#bff/platform/store/open.ts';
import { check, type ConfigCheck } from './config-check.ts';

export function folderChecks({ dataDir, database }: StorePlace): ConfigCheck[] {
  if (database) return [];
  return [
    check('data folder', async () => {
      let there = resolve(dataDir);
      while (!existsSync(there)) there = dirname(there);
      try {
        // File modes are not enough: even root cannot create a folder in /proc.
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
