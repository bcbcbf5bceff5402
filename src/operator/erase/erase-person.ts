import { freeText } from '#contract/audit-log/audit-reasons.ts';
import type { Clock } from '#clock';
import type { Store } from '#bff/platform/store/open.ts';
import type { Actor, AuditRow } from '#bff/records/audit-log/audit-log.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { erasedBits, erasedSalt, type ChainedField } from '#bff/records/audit-log/chain.ts';
import type { AuditKeys } from '#bff/records/audit-log/keys.ts';
import { erasureText } from './erasures.ts';
import { assertMayChangeLog } from '../program/operator.ts';
import { forgetPerson } from './forget-person.ts';

/** How many erased rows one row of the log names. */
const NAMED = 200;
const SLICE = 500;

/** Thrown when the person cannot be erased now. */
export class EraseRefusal extends Error {
  override readonly name = 'EraseRefusal';
}

type Options = {
  store: Store;
  clock: Clock;
  keys: AuditKeys;
  actor: Actor;
  ticket: string | null;
};

/** The fields with values about a person. The event, its time and its outcome stay. */
function fieldsAbout(row: AuditRow, id: string): ReadonlySet<ChainedField> {
  const fields: ChainedField[] = [];
  if (row.actor === id) fields.push('actor', 'address', 'agent');
  if (row.subject === id) fields.push('subject', 'factor_id', 'reason', 'ticket');
  // A refused sign-in has no actor, but its address and browser belong to the person.
  if (row.subject === id && row.actor === null) fields.push('address', 'agent');
  if (row.approver === id) fields.push('approver');
  return new Set(fields.filter((field) => row[field] !== null));
}

/** Null if the row has no value about the person. */
function erasedRow(row: AuditRow, id: string): AuditRow | null {
  const fields = fieldsAbout(row, id);
  if (fields.size === 0) return null;
  const empty = Object.fromEntries([...fields].map((field) => [field, null]));
  return { ...row, ...empty, salt: erasedSalt(row, fields) };
}

/** `inTransaction` runs in the transaction of the last written row. */
async function nameErased(
  { store, clock, keys, actor, ticket }: Options,
  erased: readonly AuditRow[],
  inTransaction: (tx: Store) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < erased.length; from += NAMED) {
    const named = erased.slice(from, from + NAMED);
    const reason = freeText(erasureText(named.map(({ seq, salt }) => ({ seq, bits: erasedBits(salt) }))));
    // A new `AuditLog` object for each event, because portals may write rows between two events.
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

async function findRowsAbout(store: Store, userId: string): Promise<number[]> {
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

async function eraseRows(userId: string, options: Options): Promise<number> {
  const { store } = options;
  const seqs = await findRowsAbout(store, userId);
  let changed = 0;
  for (let from = 0; from < seqs.length; from += NAMED) {
    const rows = await store
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', 'in', seqs.slice(from, from + NAMED))
      .orderBy('seq')
      .execute();
    const erased = rows.flatMap((row) => erasedRow(row, userId) ?? []);
    await nameErased(options, erased, async (tx) => {
      for (const {
        seq,
        actor: by,
        subject,
        factor_id,
        reason,
        ticket: erasedTicket,
        approver,
        address,
        agent,
        salt,
      } of erased)
        await tx
          .updateTable('audit_log')
          .set({ actor: by, subject, factor_id, reason, ticket: erasedTicket, approver, address, agent, salt })
          .where('seq', '=', seq)
          .execute();
    });
    changed += erased.length;
  }
  return changed;
}

/**
 * Erases a person's values from the audit log. `audit:verify` still accepts the log. Can be run again, also after a
 * crash. Returns how many rows were changed.
 */
export async function erasePerson(userId: string, options: Options): Promise<number> {
  const { store, clock } = options;
  await assertMayChangeLog(store);
  const open = await store.selectFrom('open_intents').select('seq').where('subject', '=', userId).executeTakeFirst();
  if (open) throw new EraseRefusal('a change of theirs has no outcome yet: try again in some minutes');
  const rows = await eraseRows(userId, options);
  await forgetPerson(store, userId, clock.now());
  return rows;
}
