import { hash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { openStore, type Store, type StorePlace } from '../../../platform/store/open.ts';
import { GENESIS, chainedFields, rowLink, type ChainedRow } from '../chain.ts';
import { signHead, type AuditKeys, type Head } from '../keys.ts';

const YEAR_MS = 365 * 24 * 60 * 60_000;
const BATCH = 5000;

/** An outsider could cause this reason. JSON does not escape most of these characters. */
const ODD = 'one\u2028two\u2029three\u0085\r\n"é🦊';

const id = (prefix: string, n: number) => `${prefix}${String(n).padStart(17, '0')}`;
/** A person in about one of a thousand rows. */
export const somebody = id('00u', 7);
/** An agent in at least a third of the helpdesk's views. */
export const agent = id('00u', 900_000);

/** Gives the same numbers in every run. */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Sign-ins, step-ups, changes with intent and outcome, views by the helpdesk, and rare events. */
function createRow(
  seq: number,
  at: number,
  before: ChainedRow | null,
  roll: (below: number) => number,
  users: number,
): ChainedRow {
  const subject = roll(1000) === 0 ? somebody : id('00u', roll(users));
  const one = (event: string, over: Partial<ChainedRow> = {}): ChainedRow => ({
    at,
    type: 'event',
    intent: null,
    event,
    actor: subject,
    subject,
    factor_id: null,
    kind: null,
    outcome: 'success',
    reason: null,
    address: '192.0.2.7',
    agent: 'Mozilla/5.0 (X11; Linux x86_64)',
    request_id: id('r', seq),
    ticket: null,
    caller_verification: null,
    approver: null,
    correlation_id: id('r', seq),
    ...over,
  });
  if (before?.type === 'intent')
    return { ...before, at, type: 'outcome', intent: seq - 1, outcome: roll(20) === 0 ? 'failure' : 'success' };
  const kind = roll(50_000);
  if (kind < 2) return one(['user.account.freeze', 'helpdesk.audit_log.export'][kind]!);
  if (kind < 20_000) return one('user.session.start', { reason: seq % 10 === 0 ? ODD : null });
  if (kind < 28_000) return one('user.mfa.factor.verify', { kind: 'totp', factor_id: id('uft', roll(users)) });
  if (kind < 38_000) {
    const event = [
      'user.mfa.factor.challenge',
      'user.mfa.factor.enroll',
      'user.mfa.factor.activate',
      'user.mfa.factor.reset',
    ][roll(4)]!;
    return one(event, { type: 'intent', outcome: null, kind: 'sms', factor_id: id('uft', roll(users)) });
  }
  return one('helpdesk.person.view', {
    actor: roll(3) === 0 ? agent : id('00u', 900_000 + roll(20)),
    ticket: `INC-${roll(100_000)}`,
  });
}

const columns = ['seq', ...chainedFields, 'salt', 'prev', 'hash'] as const;
const numbers: ReadonlySet<string> = new Set(['seq', 'at', 'intent']);
type Written = Record<(typeof columns)[number], unknown>;

/** Yields the rows of a valid chain, and returns its last head. */
function* createChain(keys: AuditKeys, rows: number, now: number): Generator<Written[], Head> {
  const roll = dice(7);
  const users = Math.max(20, Math.floor(rows / 60));
  let head = { seq: 0, at: 0, hash: GENESIS };
  let before: ChainedRow | null = null;
  let batch: Written[] = [];
  for (let seq = 1; seq <= rows; seq += 1) {
    const at = now - YEAR_MS + Math.floor((YEAR_MS / rows) * seq);
    const made: ChainedRow = createRow(seq, at, before, roll, users);
    const full: ChainedRow =
      seq === rows && made.type === 'intent' ? { ...made, type: 'event', outcome: 'success' } : made;
    const salt = hash('sha256', String(seq), 'base64url').slice(0, 22);
    const link = rowLink({ ...full, seq, salt }, head.hash);
    batch.push({ ...full, seq, salt, prev: head.hash, hash: link });
    head = { seq, at, hash: link };
    before = full;
    if (seq % BATCH !== 0 && seq !== rows) continue;
    yield batch;
    batch = [];
  }
  return signHead(keys, head);
}

/** Without Kysely for speed. No other process may have the file open. */
function intoFile(file: string, chain: Generator<Written[], Head>): Head {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous = OFF');
  const insert = database.prepare(
    `INSERT INTO audit_log (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (;;) {
    const { done, value } = chain.next();
    if (done) {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      database.close();
      return value;
    }
    database.exec('BEGIN');
    for (const row of value) insert.run(...columns.map((column) => row[column] as string));
    database.exec('COMMIT');
  }
}

async function intoDatabase(store: Store, chain: Generator<Written[], Head>): Promise<Head> {
  for (;;) {
    const { done, value } = chain.next();
    if (done) {
      await sql`ANALYZE`.execute(store);
      return value;
    }
    const lists = columns.map((column) => {
      const list = sql`${value.map((row) => row[column])}`;
      return numbers.has(column) ? sql`${list}::bigint[]` : sql`${list}::text[]`;
    });
    await sql`INSERT INTO audit_log (${sql.raw(columns.join(', '))}) SELECT * FROM unnest(${sql.join(lists)})`.execute(
      store,
    );
  }
}

/** Writes the rows of a year: a valid chain and a signed head. */
export async function fillLog(place: StorePlace, keys: AuditKeys, rows: number, now: number): Promise<void> {
  let store = await openStore(place);
  const chain = createChain(keys, rows, now);
  let head: Head;
  if (place.database) {
    head = await intoDatabase(store, chain);
  } else {
    await store.destroy();
    head = intoFile(join(place.dataDir, 'portal.sqlite'), chain);
    store = await openStore(place);
  }
  const { seq, at, hash: link, signatures } = head;
  await store
    .updateTable('audit_log_head')
    .set({ seq, at, hash: link, signatures: JSON.stringify(signatures) })
    .execute();
  await store.destroy();
}
