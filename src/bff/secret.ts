import { readFileSync } from 'node:fs';

/** A secret as such, or as the path of a file that holds it (`@/run/secrets/session`), so that it need not stand in the environment. */
export function readSecret(value: string | undefined): string | undefined {
  return value?.startsWith('@') ? readFileSync(value.slice(1), 'utf8').trim() : value;
}
