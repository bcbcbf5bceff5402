import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import type { Clock } from '#clock';
import { assertLeased, type Lock } from '#bff/platform/store/lock.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { isSignedSegment, segmentsFrom, signSegment, type Segment } from '#bff/records/audit-log/archive/segment.ts';
import { digestOfFile, linesOfSegment, writeSegmentFile } from '#bff/records/audit-log/archive/segment-file.ts';
import type { Actor, AuditRow } from '#bff/records/audit-log/audit-log.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { erasedBits, erasedSalt, type ChainedField } from '#bff/records/audit-log/chain.ts';
import type { AuditKeys } from '#bff/records/audit-log/keys.ts';
import { logEventOf, rowOf } from '#bff/records/audit-log/log-event.ts';
import { erasureText } from './erasures.ts';
import { forgetPerson } from './forget-person.ts';
import { dropLeftovers } from './leftovers.ts';

/** The most rows that one row of the log names. */
const NAMED = 200;
const SLICE = 500;

/** It cannot be erased now; the message says why. */
export class EraseRefusal extends Error {
  override readonly name = 'EraseRefusal';
}

type Options = {
  store: Store;
  clock: Clock;
  lock: Lock;
  keys: AuditKeys;
  /** Who erases. */
  actor: Actor;
  ticket: string | null;
  /** The archive's folder; null: there is none. */
  folder: string | null;
};

/** The values of a row that are about a person. That something happened, when and how it ended, stays. */
function fieldsAbout(row: AuditRow, id: string): ReadonlySet<ChainedField> {
  const fields: ChainedField[] = [];
  if (row.actor === id) fields.push('actor', 'address', 'agent');
  if (row.subject === id) fields.push('subject', 'factor_id', 'reason', 'ticket');
  // A refused sign-in has no actor: it came from where the person was.
  if (row.subject === id && row.actor === null) fields.push('address', 'agent');
  if (row.approver === id) fields.push('approver');
  return new Set(fields.filter((field) => row[field] !== null));
}

/** Returns the row without the values that are about the person; null when there is none. */
function erasedRow(row: AuditRow, id: string): AuditRow | null {
  const fields = fieldsAbout(row, id);
  if (fields.size === 0) return null;
  const empty = Object.fromEntries([...fields].map((field) => [field, null]));
  return { ...row, ...empty, salt: erasedSalt(row, fields) };
}

/** A segment's name without its end, and how often its file was written anew. */
function partsOf(file: string): { base: string; times: number } {
  const [, base = file, times = '0'] = /^(.*?)(?:\.(\d+))?\.jsonl\.gz$/.exec(file) ?? [];
  return { base, times: Number(times) };
}
const nameOf = (base: string, times: number) => `${base}${times === 0 ? '' : `.${times}`}.jsonl.gz`;
const earlierNames = (file: string): string[] => {
  const { base, times } = partsOf(file);
  return Array.from({ length: times }, (_, earlier) => nameOf(base, earlier));
};

/**
 * Erases a person's values from the audit log and its archive, so that both still verify. Rows that name the erased
 * rows, and who erased them, are added; the person is not named. Can be repeated, also after an end in between.
 * @returns how many rows were changed
 */
export async function erasePerson(userId: string, options: Options): Promise<{ rows: number; archived: number }> {
  const { store, clock, lock, keys, actor, ticket, folder } = options;

  /** Adds rows that name erased rows, the last one with `inTransaction` in its transaction. */
  async function name(erased: readonly AuditRow[], inTransaction: (tx: Store) => Promise<void>): Promise<void> {
    for (let from = 0; from < erased.length; from += NAMED) {
      const named = erased.slice(from, from + NAMED);
      const reason = freeText(erasureText(named.map(({ seq, salt }) => ({ seq, bits: erasedBits(salt) }))));
      // A new audit log for each: portals write rows in between.
      await createAuditLog(store, clock, keys).event(
        actor,
        { event: 'audit_log.erase', subject: null, ticket },
        { outcome: 'success', reason },
        async (tx) => {
          if (from + NAMED >= erased.length) await inTransaction(tx);
        },
      );
    }
  }

  /** The numbers of the rows that name the person, by the indexes of the log. */
  async function rowsAbout(): Promise<number[]> {
    const seqs = new Set<number>();
    const correlationIds = new Set<string>();
    for (const column of ['actor', 'subject'] as const) {
      for (let from = 0; ;) {
        const rows = await store
          .selectFrom('audit_log')
          .select(['seq', 'event', 'correlation_id'])
          .where(column, '=', userId)
          .where('seq', '>', from)
          .orderBy('seq')
          .limit(SLICE)
          .execute();
        for (const { seq, event, correlation_id: correlationId } of rows) {
          seqs.add(seq);
          if (column === 'actor' && event === 'helpdesk.approval.approve' && correlationId !== null)
            correlationIds.add(correlationId);
        }
        if (rows.length < SLICE) break;
        from = rows.at(-1)!.seq;
      }
    }
    for (const correlationId of correlationIds) {
      const approved = store.selectFrom('audit_log').select('seq').where('correlation_id', '=', correlationId);
      for (const { seq } of await approved.where('approver', '=', userId).execute()) seqs.add(seq);
    }
    return [...seqs].toSorted((one, other) => one - other);
  }

  async function eraseFromStore(): Promise<number> {
    const seqs = await rowsAbout();
    let changed = 0;
    for (let from = 0; from < seqs.length; from += NAMED) {
      const rows = await store
        .selectFrom('audit_log')
        .selectAll()
        .where('seq', 'in', seqs.slice(from, from + NAMED))
        .orderBy('seq')
        .execute();
      const erased = rows.flatMap((row) => erasedRow(row, userId) ?? []);
      await name(erased, async (tx) => {
        for (const {
          seq,
          actor: by,
          subject,
          factor_id,
          reason,
          ticket: about,
          approver,
          address,
          agent,
          salt,
        } of erased)
          await tx
            .updateTable('audit_log')
            .set({ actor: by, subject, factor_id, reason, ticket: about, approver, address, agent, salt })
            .where('seq', '=', seq)
            .execute();
      });
      changed += erased.length;
    }
    return changed;
  }

  /** Writes a segment's file anew if it names the person. Returns how many rows were changed. */
  async function eraseFromSegment(segment: Segment): Promise<number> {
    // It is signed anew below, and its file's name is as good as its signature.
    if (!isSignedSegment(keys, segment))
      throw new EraseRefusal(
        `no key of AUDIT_SIGNING_KEY signed the archived rows up to ${segment.last_seq}: after a rotation, name the public key before, too`,
      );
    // Left by a run that ended before it deleted the file that it had replaced.
    for (const earlier of earlierNames(segment.file)) await rm(join(folder!, earlier), { force: true });
    const old = join(folder!, segment.file);
    if ((await digestOfFile(old).catch(() => null)) !== segment.sha256)
      throw new EraseRefusal(`${old} is not as it was written: run \`npm run audit:verify\` with --archive`);
    const erased: AuditRow[] = [];
    for await (const line of linesOfSegment(old)) {
      const row = rowOf(JSON.parse(line));
      const changed = row && erasedRow(row, userId);
      if (changed) erased.push(changed);
    }
    if (erased.length === 0) return 0;
    const bySeq = new Map(erased.map((row) => [row.seq, row]));
    async function* lines(): AsyncGenerator<string> {
      for await (const line of linesOfSegment(old)) {
        const row = rowOf(JSON.parse(line));
        const changed = row && bySeq.get(row.seq);
        yield `${changed ? JSON.stringify(logEventOf(changed)) : line}\n`;
      }
    }
    // Another name: until the head names it, the old file is what counts.
    const { base, times } = partsOf(segment.file);
    const written = await writeSegmentFile(folder!, lines(), () => nameOf(base, times + 1));
    const { signatures: _, ...rest } = segment;
    await name(erased, async (tx) => {
      await assertLeased(tx, clock.now());
      await tx
        .updateTable('audit_log_segments')
        .set(signSegment(keys, { ...rest, ...written }))
        .where('last_seq', '=', segment.last_seq)
        .execute();
    });
    await rm(old, { force: true });
    return erased.length;
  }

  const open = await store.selectFrom('open_intents').select('seq').where('subject', '=', userId).executeTakeFirst();
  if (open) throw new EraseRefusal('a change of theirs has no outcome yet: try again in some minutes');
  const rows = await eraseFromStore();
  let archived = 0;
  // Rows that are archived from now on have no values any more; a run that read them before ends first.
  if (folder !== null) await lock('audit archive', async () => {});
  for (let from = 1; folder !== null;) {
    const segments = await segmentsFrom(store, from);
    if (segments.length === 0) break;
    // One at a time: a lease lasts half a minute.
    for (const segment of segments) archived += await lock('audit archive', () => eraseFromSegment(segment));
    from = segments.at(-1)!.last_seq + 1;
  }
  if (folder !== null) {
    const isTheirs = (row: AuditRow) => fieldsAbout(row, userId).size > 0;
    const left = await lock('audit archive', () => dropLeftovers(store, folder, isTheirs));
    // Checked before their name is forgotten: the operator repeats the command with it.
    if (left.length > 0)
      throw new EraseRefusal(
        `no segment names ${left.join(', ')}, which have values of theirs: delete them, and repeat`,
      );
  }
  await forgetPerson(store, userId, clock.now());
  return { rows, archived };
}
