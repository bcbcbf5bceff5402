import { hash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../store/open.ts';
import { GENESIS, chainedFields, rowLink, type ChainedRow } from '../chain.ts';
import { signHead, type AuditKeys } from '../keys.ts';

const YEAR_MS = 365 * 24 * 60 * 60_000;
const BATCH = 50_000;

const id = (prefix: string, n: number) => `${prefix}${String(n).padStart(17, '0')}`;
/** The person of every thousandth row, and the agent of a third of the helpdesk's operations. */
export const somebody = id('00u', 7);
export const agent = id('00u', 900_000);

/** Returns a generator of pseudo-random numbers that are the same in every run. */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * Returns one row of a year's log: sign-ins, step-ups, changes with intent and outcome, views of the helpdesk, and rare
 * events.
 */
function rowOf(
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
    ...over,
  });
  if (before?.type === 'intent')
    return { ...before, at, type: 'outcome', intent: seq - 1, outcome: roll(20) === 0 ? 'failure' : 'success' };
  const kind = roll(50_000);
  if (kind < 2) return one(['user.account.freeze', 'helpdesk.audit_log.export'][kind]!);
  if (kind < 20_000) return one('user.session.start');
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

/**
 * Fills an audit log in `folder` as many people do in a year, with a valid chain and a signed head. It is much faster
 * than single appends. No process may use the store meanwhile.
 */
export async function fillLog(folder: string, keys: AuditKeys, rows: number, now: number): Promise<void> {
  await (await openStore(folder)).destroy();
  const database = new DatabaseSync(join(folder, 'portal.sqlite'));
  database.exec('PRAGMA synchronous = OFF');
  const columns = ['seq', ...chainedFields, 'salt', 'prev', 'hash'];
  const insert = database.prepare(
    `INSERT INTO audit_log (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const roll = dice(7);
  const users = Math.max(20, Math.floor(rows / 60));
  let head = { seq: 0, at: 0, hash: GENESIS };
  let before: ChainedRow | null = null;
  for (let seq = 1; seq <= rows; seq += 1) {
    if (seq % BATCH === 1) database.exec('BEGIN');
    const at = now - YEAR_MS + Math.floor((YEAR_MS / rows) * seq);
    const made: ChainedRow = rowOf(seq, at, before, roll, users);
    // The log must end without an open intent.
    const full: ChainedRow =
      seq === rows && made.type === 'intent' ? { ...made, type: 'event', outcome: 'success' } : made;
    const salt = hash('sha256', String(seq), 'base64url').slice(0, 22);
    const link = rowLink({ ...full, seq, salt }, head.hash);
    insert.run(seq, ...chainedFields.map((field) => full[field]), salt, head.hash, link);
    head = { seq, at, hash: link };
    before = full;
    if (seq % BATCH === 0 || seq === rows) database.exec('COMMIT');
  }
  const { signatures } = signHead(keys, head);
  database
    .prepare('UPDATE audit_log_head SET seq = ?, at = ?, hash = ?, signatures = ?')
    .run(head.seq, head.at, head.hash, JSON.stringify(signatures));
  // The alarms read on from the last row, so they ignore these rows.
  database.prepare('UPDATE alarm_cursor SET seq = ?').run(head.seq);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
