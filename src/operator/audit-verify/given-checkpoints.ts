import { readFileSync } from 'node:fs';
import { readCheckpoints } from '#bff/records/audit-log/checkpoint.ts';
import type { Head } from '#bff/records/audit-log/keys.ts';

export class UsageError extends Error {}

/** Each value is a line with a signed head, or `@` and the name of a file with such lines. */
export const givenCheckpoints = (given: readonly string[]): Head[] =>
  given.flatMap((one) => {
    const checkpoints = readCheckpoints(one.startsWith('@') ? readFileSync(one.slice(1), 'utf8') : one);
    if (checkpoints.length === 0) throw new UsageError('there is no signed head in that checkpoint');
    return checkpoints;
  });
