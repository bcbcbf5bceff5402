import type { Head } from '#bff/records/audit-log/keys.ts';

type End = Pick<Head, 'seq' | 'hash'>;

const describe = ({ seq, hash }: End) => `row ${seq} (${hash})`;
const pattern =
  /^the backup ends at row (\d+) \((\S+)\); what it replaces (?:ended at row (\d+) \((\S+)\)|could not be read)$/;

/** The reason of a `store.restored` row. `replaced` null: the replaced log could not be read. */
export const restoredText = (backup: End, replaced: End | null): string =>
  `the backup ends at ${describe(backup)}; what it replaces ${replaced ? `ended at ${describe(replaced)}` : 'could not be read'}`;

/** Reads a text of `restoredText`. Null: it is another text. */
export function readRestored(text: string | null): { backup: End; replaced: End | null } | null {
  const [, seq, hash, replacedSeq, replacedHash] = pattern.exec(text ?? '') ?? [];
  if (seq === undefined || hash === undefined) return null;
  const replaced =
    replacedSeq === undefined || replacedHash === undefined ? null : { seq: Number(replacedSeq), hash: replacedHash };
  return { backup: { seq: Number(seq), hash }, replaced };
}
