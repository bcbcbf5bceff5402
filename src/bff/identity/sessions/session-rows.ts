import { sql, type Selectable } from 'kysely';
import { prepare, type Value } from '#database/prepared.ts';
import { getCancellationId } from '../../platform/lifecycle/tasks.ts';
import type { Store } from '../../platform/store/open.ts';
import type { FactorNote, Tables } from '../../platform/store/schema.ts';

/**
 * The columns of a session except the sealed ID token. The token has its own query, because it is larger than all other
 * columns together, and only the sign-out needs it.
 */
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

/**
 * What the store has about a person's methods: notes by factor id, addresses of email methods in lower case, and the
 * enrollments still to cancel at Okta (`cancellation`).
 */
export type MethodRecords = {
  notes: ReadonlyMap<string, FactorNote>;
  addresses: readonly string[];
  cancellation: string | null;
};

export type Session = Omit<Selectable<Tables['sessions']>, 'id_token'> & {
  /** What the store has about the person's methods, if it was read with the session. */
  records?: MethodRecords;
};

const noNotes: ReadonlyMap<string, FactorNote> = new Map();
/** One row for each note. Without notes, a single row without a factor's id. */
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

/**
 * Joins what the store has about the methods of a session's person: a second statement would cost nearly as much again.
 */
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

/**
 * Returns the prepared statements that find a session by its token's hash or its id, and that read its current state.
 */
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
