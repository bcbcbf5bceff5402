import { ConfigError } from '../platform/env/config-error.ts';
import { readStorePlace } from '../platform/env/store-place.ts';
import type { StorePlace } from '../platform/store/open.ts';
import { misspeltSettings } from './misspelt-settings.ts';
import { variables } from './variables.ts';

/** Throws ConfigError. */
export function readPlace(environment: Record<string, string | undefined>): StorePlace {
  const faults = misspeltSettings(environment, Object.keys(variables));
  if (faults.length > 0) throw new ConfigError(faults);
  return readStorePlace(environment);
}
