import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '#bff/platform/store/open.ts';
import { segmentsFrom } from '#bff/records/audit-log/archive/segment.ts';
import { linesOfSegment } from '#bff/records/audit-log/archive/segment-file.ts';
import type { AuditRow } from '#bff/records/audit-log/audit-log.ts';
import { rowOf } from '#bff/records/audit-log/log-event.ts';

const rangeOf = (file: string) => /^audit-\d+-\d+(?=[.\d]*\.jsonl\.gz$)/.exec(file)?.[0];
const isUnfinished = (file: string) => /^\.[\da-f-]{36}\.tmp$/.test(file);

async function namedFiles(store: Store): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (let from = 1; ;) {
    const segments = await segmentsFrom(store, from);
    if (segments.length === 0) return named;
    for (const { file } of segments) named.add(file);
    from = segments.at(-1)!.last_seq + 1;
  }
}

/** A file that cannot be read to its end counts, too. */
async function hasRow(file: string, isAbout: (row: AuditRow) => boolean): Promise<boolean> {
  try {
    for await (const line of linesOfSegment(file)) {
      const row = rowOf(JSON.parse(line));
      if (!row || isAbout(row)) return true;
    }
    return false;
  } catch {
    return true;
  }
}

/**
 * Deletes what runs left in the archive's folder that ended in between: unfinished files, and those in whose place
 * there is one that a segment names. Call it under the archive's lock, after all named files were found to be whole.
 * @returns other files that no segment names and that have such rows: nobody knows whether they are needed
 */
export async function dropLeftovers(
  store: Store,
  folder: string,
  isAbout: (row: AuditRow) => boolean,
): Promise<string[]> {
  const named = await namedFiles(store);
  const ranges = new Set([...named].map(rangeOf));
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: string[] = [];
  for (const file of files.filter((name) => !named.has(name)).toSorted()) {
    const range = rangeOf(file);
    const path = join(folder, file);
    if (isUnfinished(file) || (range !== undefined && ranges.has(range))) await rm(path, { force: true });
    else if (range !== undefined && (await hasRow(path, isAbout))) found.push(path);
  }
  return found;
}
