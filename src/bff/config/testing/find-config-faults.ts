import { ConfigError } from '../../platform/env/config-error.ts';
import { readConfig } from '../config.ts';

export function findConfigFaults(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}
