import { sql, type Selectable } from 'kysely';
import { prepare, type Value } from '#database/prepared.ts';
import { getCancellationId } from '../../platform/lifecycle/tasks.ts';
import type { Store } from '../../platform/store/open.ts';
import type { FactorNote, Tables } from '../../platform/store/schema.ts';

/** Without the sealed ID token: it is larger than all other columns together, and only the sign-out needs it. */
export const sessionColumns = [
  'sessions.id',
  'sessions.token_hash',
  'sessions.user_id',
  'sessions.login',
  'sessions.name',
  'sessions.first_name',
  'sessions.locale',
  'sessions.time_zone',
  'sessions.created_at',
  'sessions.seen_at',
  'sessions.ends_at',
  'sessions.auth_time',
  'sessions.verified_at',
  'sessions.agent',
  'sessions.address',
] as const;

/** `notes`: by factor id. `addresses`: in lower case. `cancellation`: enrollments still to cancel at Okta. */
export type MethodRecords = {
  notes: ReadonlyMap<string, FactorNote>;
  addresses: readonly string[];
  cancellation: string | null;
};

export type Session = Omit<Selectable<Tables['sessions']>, 'id_token'> & {
  /** Undefined if not read with the session. */
  records?: MethodRecords;
};

const noNotes: ReadonlyMap<string, FactorNote> = new Map();
/** One row for each note. Without notes, one row whose `factor_id` is null. */
type RecordsRow = Omit<FactorNote, 'name'> & {
  factor_id: string | null;
  note_name: string | null;
  seen: string | null;
  cancellation: string | null;
};

export function readRecords(rows: readonly RecordsRow[]): MethodRecords {
  const { factor_id: first, seen, cancellation } = rows[0]!;
  const notes = rows.map(
    ({ factor_id, note_name: name, aaguid, backup, made_on, used_at }) =>
      [factor_id ?? '', { name, aaguid, backup, made_on, used_at }] as const,
  );
  return { notes: first === null ? noNotes : new Map(notes), addresses: seen?.split('\n') ?? [], cancellation };
}

/** One join instead of two statements: a second statement would cost nearly as much as the first. */
const withRecords = (store: Store) =>
  store
    .selectFrom('sessions')
    .leftJoin('factor_notes', 'factor_notes.user_id', 'sessions.user_id')
    .leftJoin('tasks', (join) => join.on('tasks.id', '=', getCancellationId(sql`sessions.user_id`)))
    .select([
      'factor_notes.factor_id',
      'factor_notes.name as note_name',
      'factor_notes.aaguid',
      'factor_notes.backup',
      'factor_notes.made_on',
      'factor_notes.used_at',
      'tasks.details as cancellation',
      sql<string | null>`(SELECT string_agg(address, ${'\n'}) FROM seen_addresses
        WHERE user_id = sessions.user_id AND source = 'method' AND gone_at IS NULL)`.as('seen'),
    ]);

export const prepareFinds = (store: Store) => ({
  byToken: prepare(store, (value: Value<{ hash: string }>) =>
    withRecords(store).select(sessionColumns).where('sessions.token_hash', '=', value('hash')),
  ),
  state: prepare(store, (value: Value<{ id: string; hash: string }>) =>
    withRecords(store)
      .leftJoin('freezes', 'freezes.user_id', 'sessions.user_id')
      .select('freezes.at as frozen_at')
      .where('sessions.id', '=', value('id'))
      .where('sessions.token_hash', '=', value('hash')),
  ),
  byId: prepare(store, (value: Value<{ id: string }>) =>
    store.selectFrom('sessions').select(sessionColumns).where('id', '=', value('id')),
  ),
});
