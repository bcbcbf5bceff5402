import type { Head } from './keys.ts';

/** A signed head as it is kept outside the store: in a line of the log, and at the end of an export. */
export type Checkpoint = { auditHead: Head };

export const checkpointOf = (auditHead: Head): Checkpoint => ({ auditHead });

const isHead = (value: unknown): value is Head => {
  const { seq, at, hash, signatures } = (value ?? {}) as Partial<Head>;
  return (
    typeof seq === 'number' &&
    typeof at === 'number' &&
    typeof hash === 'string' &&
    typeof signatures === 'object' &&
    signatures !== null
  );
};

function parse(line: string): Head | null {
  try {
    const { auditHead } = JSON.parse(line) as Partial<Checkpoint>;
    return isHead(auditHead) ? auditHead : null;
  } catch {
    return null;
  }
}

/** The heads in lines of a log or an export, JSON or CSV; what else is there is passed over. */
export const readCheckpoints = (text: string): Head[] =>
  text.split('\n').flatMap((line) => {
    // In a cell of CSV its quotes are doubled.
    const cell = /"(\{""auditHead"".*\})"/.exec(line)?.[1]?.replaceAll('""', '"');
    const head = parse(cell ?? line.slice(Math.max(0, line.indexOf('{'))));
    return head ? [head] : [];
  });
