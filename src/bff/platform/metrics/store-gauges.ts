import { sql } from 'kysely';
import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';

const MOST_COUNTED = 20_000;

/** `oldestSeconds`: how long the oldest row has waited, 0 without rows. */
export type Backlog = { count: number; oldestSeconds: number };
export type StoreGauges = {
  auditRows: number;
  sessions: number;
  outbox: Backlog;
  openIntents: Backlog;
  approvals: Backlog;
  auditSink: Backlog;
};

type Found = { count: number; oldest: number | null };

/** Each read is limited to one row, or to 20,000 entries of an index. */
export async function readStoreGauges(store: Store, clock: Pick<Clock, 'now'>, hasSink: boolean): Promise<StoreGauges> {
  const now = clock.now();
  const { fn } = store;
  const found = [fn.countAll<number>().as('count'), fn.min<number | null>('at').as('oldest')] as const;
  const toBacklog = ({ count, oldest }: Found): Backlog => ({
    count: Number(count),
    oldestSeconds: oldest === null ? 0 : Math.max(0, (now - oldest) / 1000),
  });

  const head = await store.selectFrom('audit_log_head').select('seq').where('id', '=', 1).executeTakeFirstOrThrow();
  const { seq: sent } = await store
    .selectFrom('audit_sink_cursor')
    .select('seq')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  const unsentRow = await store
    .selectFrom('audit_log')
    .select(['seq', 'at'])
    .where('seq', '>', sent)
    .where('seq', '<=', head.seq)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  const live = store.selectFrom('sessions').select('ends_at as at').where('ends_at', '>', now).limit(MOST_COUNTED);
  const sessions = await store.selectFrom(live.as('some')).select(found).executeTakeFirstOrThrow();
  const unsent = store
    .selectFrom('outbox')
    .select('created_at as at')
    .where('sent_at', 'is', null)
    .orderBy('created_at')
    .limit(MOST_COUNTED);
  const outbox = await store.selectFrom(unsent.as('some')).select(found).executeTakeFirstOrThrow();
  const open = store.selectFrom('open_intents').select('at').orderBy('seq').limit(MOST_COUNTED);
  const openIntents = await store.selectFrom(open.as('some')).select(found).executeTakeFirstOrThrow();
  const waiting = store
    .selectFrom('approvals')
    .select('created_at as at')
    // A literal instead of a parameter, because SQLite uses the partial index only then.
    .where(sql<boolean>`status IN ('waiting', 'approved')`)
    .where('status', '=', 'waiting')
    .where('expires_at', '>', now)
    .orderBy('expires_at')
    .limit(MOST_COUNTED);
  const approvals = await store.selectFrom(waiting.as('some')).select(found).executeTakeFirstOrThrow();
  return {
    auditRows: head.seq,
    sessions: Number(sessions.count),
    outbox: toBacklog(outbox),
    openIntents: toBacklog(openIntents),
    approvals: toBacklog(approvals),
    auditSink:
      hasSink && unsentRow
        ? toBacklog({ count: Math.min(MOST_COUNTED, head.seq - unsentRow.seq + 1), oldest: unsentRow.at })
        : { count: 0, oldestSeconds: 0 },
  };
}
