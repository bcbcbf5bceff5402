import type { Head } from './keys.ts';

/** A signed head that is kept outside the store: in a log line, and at the end of an export. */
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

/** An export's last record in CSV. A cell doubles its quotes, so that no text of a row looks like it. */
const csvHead = /^"\d+","[^"]*","head",.*"(\{""auditHead"".*\})"/;

/** Returns the heads in the lines of a log or an export, JSON or CSV. It ignores all other lines. */
export const readCheckpoints = (text: string): Head[] =>
  text.split('\n').flatMap((line) => {
    const cell = csvHead.exec(line)?.[1]?.replaceAll('""', '"');
    const head = parse(cell ?? line.slice(Math.max(0, line.indexOf('{'))));
    return head ? [head] : [];
  });
