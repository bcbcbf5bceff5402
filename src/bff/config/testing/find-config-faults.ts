import { ConfigError } from '../../platform/env/config-error.ts';
import { readConfig } from '../config.ts';

/** The errors in the settings, one line each. */
export function findConfigFaults(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}
