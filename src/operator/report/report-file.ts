import { closeSync, createReadStream, existsSync, fstatSync, fsyncSync } from 'node:fs';
import { ftruncateSync, openSync, writeSync } from 'node:fs';
import { UsageError } from '../audit-verify/given-checkpoints.ts';
import { linesIn } from '../audit-verify/lines.ts';
import type { Filter } from './people.ts';
import type { PersonRecord } from './person-record.ts';

export type Header = {
  type: 'header';
  format: 'latchkey-methods/1';
  version: string;
  org: string;
  engine: string;
  filter: Filter;
  startedAt: string;
};
/** A file without this record is incomplete. `unlisted`: entries of Okta's lists that could not be read. */
export type End = { type: 'end'; people: number; unlisted: number; endedAt: string };
type FileRecord = Header | PersonRecord | End;
export type ReportFile = { header: Header; people: Map<string, PersonRecord>; end: End };
/** `bytes`: the length of all complete lines. */
type ReadFile = Omit<ReportFile, 'end'> & { end: End | null; bytes: number };

/** `end` null: the file is incomplete. Throws a UsageError if the file is no report of methods. */
export async function readReportFile(file: string): Promise<ReadFile> {
  let header: Header | null = null;
  let end: End | null = null;
  let bytes = 0;
  let hasHalfLine = false;
  const people = new Map<string, PersonRecord>();
  for await (const line of linesIn(createReadStream(file))) {
    // A killed run can leave half a line, but only at the end of the file.
    if (hasHalfLine) throw new UsageError(`${file} is damaged: a line in it is no record`);
    try {
      const record = JSON.parse(line) as FileRecord;
      if (record.type === 'header') header = record;
      else if (record.type === 'end') end = record;
      else people.set(record.id, record);
      bytes += Buffer.byteLength(line) + 1;
    } catch {
      hasHalfLine = true;
    }
  }
  if (header?.format !== 'latchkey-methods/1') throw new UsageError(`${file} is no report of methods`);
  return { header, people, end, bytes };
}

/** Throws a UsageError if the file is incomplete. */
export async function readComplete(file: string): Promise<ReportFile> {
  const { end, ...rest } = await readReportFile(file);
  if (end === null) throw new UsageError(`${file} is incomplete: go on with it by --continue`);
  return { ...rest, end };
}

/** Only its owner may read the file. With `goOn`, continues an incomplete file about the same org and people. */
export async function openReportFile(file: string, header: Header, goOn: boolean) {
  if (existsSync(file) && !goOn)
    throw new UsageError(`${file} exists: name a new file, or go on with it by --continue`);
  const descriptor = openSync(file, goOn ? 'a+' : 'ax+', 0o600);
  const write = (record: FileRecord) => void writeSync(descriptor, `${JSON.stringify(record)}\n`);
  if (fstatSync(descriptor).size === 0) write(header);
  const { people, end, header: its, bytes } = await readReportFile(file);
  if (JSON.stringify([its.org, its.filter]) !== JSON.stringify([header.org, header.filter]))
    throw new UsageError(`${file} is of another org, or of other groups, attributes or roles: name another file`);
  const { size } = fstatSync(descriptor);
  ftruncateSync(descriptor, Math.min(bytes, size));
  // A killed run can leave a complete line without its line break.
  if (bytes > size) writeSync(descriptor, '\n');
  const close = () => (fsyncSync(descriptor), closeSync(descriptor));
  return { people, end, write, close };
}
