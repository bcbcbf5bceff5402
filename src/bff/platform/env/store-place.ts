import * as z from 'zod';
import type { StorePlace } from '../store/open.ts';
import { ConfigError } from './config-error.ts';
import { readDatabase, databaseVariables } from './database-settings.ts';
import { parseWith, withDefault } from './schemas.ts';
import { readSecret } from './secret-file.ts';
import { SettingFileError } from './setting-file.ts';

export const placeVariables = { DATA_DIR: withDefault(z.string(), './.data'), ...databaseVariables };

/** Throws a ConfigError. */
export function readStorePlace(environment: Record<string, string | undefined>): StorePlace {
  const faults: string[] = [];
  const env = { ...environment };
  try {
    env['DATABASE_URL'] = readSecret(env['DATABASE_URL']);
  } catch (error) {
    if (!(error instanceof SettingFileError)) throw error;
    throw new ConfigError([`DATABASE_URL ${error.message}`]);
  }
  const set = parseWith(placeVariables, env, faults);
  const database = readDatabase(set, faults, []);
  if (faults.length > 0) throw new ConfigError(faults);
  return { dataDir: set.DATA_DIR, database };
}
