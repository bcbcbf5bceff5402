import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { sql, type Selectable } from 'kysely';
import { DAY_MS, type Clock } from '#clock';
import { claimNext } from '#database/row-locks.ts';
import type { AfterRow } from '../audit-log/audit-log.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';
import { bindParts } from '../../platform/bind-parts.ts';

export type Email = { id: string; to: string; subject: string; body: string };
/** Rejects when the SMTP server does not accept the email. */
export type Mailer = (email: Email) => Promise<void>;
/** `event`: the notification's audit row. `at`: when it is sent, in ms, at most 15 minutes ahead. */
export type Later = { event: number; at: number };
export type Notification = { addresses: readonly string[]; subject: string; body: string };

/**
 * Runs `note`, for some notifications in one transaction with an audit row about them. If `note` returns false, another
 * process has already recorded the notification, and nothing is written.
 */
export type RecordDelivery = (
  notification: { event: number | null; address: string },
  end: 'sent' | 'dropped',
  note: (tx: Store) => Promise<boolean>,
) => Promise<void>;

/** How long a claim lasts, in ms. Afterwards another process may send the email: the first process may have crashed. */
const CLAIM_MS = 16_000;
const RENEW_MS = 5_000;
/** How long the shutdown waits for a server, in ms. Less than the supervisor allows for the shutdown. */
const CLOSE_MS = 10_000;
const PARALLEL = 4;
/** The most notifications in one run, so that each run ends. */
const AT_ONCE = 200;
/** In ms. After a week, codes and links in the email have expired. */
const GIVE_UP_MS = 7 * DAY_MS;
const LONGEST_WAIT_MS = 15 * 60_000;

/** Binds the encrypted body to one notification and one address. */
const getSealContext = ({ id, address }: { id: string; address: string }) => `notification ${id} ${address}`;

export type Outbox = ReturnType<typeof createOutbox>;

type Parts = {
  store: Store;
  clock: Clock;
  sealer: Sealer;
  /** Null when no SMTP server is configured. Notifications then wait. */
  mailer: Mailer | null;
  failed: (error: unknown, message: 'a notice was not taken' | 'an email was dropped') => void;
  recordDelivery: RecordDelivery;
  /** From 0 to 1. Spreads the next attempts of notifications that failed together. */
  random: () => number;
};

/** Null when none is due. */
function claimDue({ store, clock }: Parts): Promise<Selectable<Tables['outbox']> | null> {
  const now = clock.now();
  // A time beyond the longest wait means that the clock was set back, so the notification is due now.
  const isDue = sql`next_at <= ${now} OR next_at > ${now + LONGEST_WAIT_MS + SKEW_MS}`;
  const due = sql`sent_at IS NULL AND (${isDue})`;
  return claimNext(store, { table: 'outbox', column: 'next_at', due, until: now + CLAIM_MS });
}

async function markSent({ clock }: Parts, id: string, tx: Store): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('outbox')
    .set({ sent_at: clock.now(), body: '' })
    .where('id', '=', id)
    .where('sent_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function dropNotification(
  { failed, recordDelivery }: Parts,
  notification: Selectable<Tables['outbox']>,
  error: unknown,
): Promise<void> {
  let dropped = false;
  await recordDelivery(notification, 'dropped', async (tx) => {
    const unsent = tx.deleteFrom('outbox').where('id', '=', notification.id).where('sent_at', 'is', null);
    dropped = (await unsent.executeTakeFirst()).numDeletedRows > 0n;
    return dropped;
  });
  if (dropped) failed(error, 'an email was dropped');
}

async function keepClaimed<T>({ store, clock }: Parts, id: string, work: () => Promise<T>): Promise<T> {
  const renew = () =>
    store
      .updateTable('outbox')
      .set({ next_at: clock.now() + CLAIM_MS })
      .where('id', '=', id)
      .where('sent_at', 'is', null)
      .execute();
  // If the store cannot be written, recording the result fails too, and that error is reported.
  const timer = setInterval(() => void renew().catch(() => {}), RENEW_MS);
  return work().finally(() => clearInterval(timer));
}

async function sendOne(parts: Parts, notification: Selectable<Tables['outbox']>): Promise<boolean> {
  const { id, address: to, subject } = notification;
  try {
    const body = parts.sealer.open(notification.body, getSealContext(notification));
    if (body === null) throw new Error('a notice was sealed under a SESSION_SECRET that is not listed any more');
    await keepClaimed(parts, id, async () => parts.mailer?.({ id, to, subject, body }));
    await parts.recordDelivery(notification, 'sent', (tx) => markSent(parts, id, tx));
    return true;
  } catch (error) {
    const now = parts.clock.now();
    if (now - notification.created_at >= GIVE_UP_MS) {
      await dropNotification(parts, notification, error);
      return false;
    }
    parts.failed(error, 'a notice was not taken');
    const wait = Math.min(LONGEST_WAIT_MS, 2 ** notification.tries * 15_000) * (1 - parts.random() / 4);
    await parts.store
      .updateTable('outbox')
      .set({ tries: notification.tries + 1, next_at: Math.round(now + wait) })
      .where('id', '=', id)
      .where('sent_at', 'is', null)
      .execute();
    return false;
  }
}

async function sendDue(parts: Parts, isClosed: () => boolean): Promise<void> {
  if (!parts.mailer) return;
  let left = AT_ONCE;
  const sendOthers = async () => {
    while (left > 0 && !isClosed()) {
      left -= 1;
      const notification = await claimDue(parts);
      // With an unreachable server, all other notifications would fail too, and wait longer.
      if (!notification || !(await sendOne(parts, notification))) return;
    }
  };
  // Waits for all loops, even if one fails because of the store.
  const ends = await Promise.allSettled(Array.from({ length: PARALLEL }, sendOthers));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function prepareRows({ clock, sealer }: Parts, { addresses, subject, body }: Notification, at = clock.now()) {
  const rows = [...new Set(addresses)].map((address) => {
    const id = randomBytes(16).toString('hex');
    const sealed = sealer.seal(body, getSealContext({ id, address }));
    return {
      id,
      address,
      subject,
      body: sealed,
      created_at: at,
      sent_at: null,
      tries: 0,
      next_at: at,
    };
  });
  return async (tx: Store, event: number | null): Promise<void> => {
    if (rows.length === 0) return;
    await tx
      .insertInto('outbox')
      .values(rows.map((row) => ({ ...row, event })))
      .onConflict((conflict) => conflict.columns(['event', 'address']).doNothing())
      .execute();
  };
}

/** An address gets one notification per event. `later.event`: the notification belongs to this earlier audit row. */
const enqueue =
  (parts: Parts, notification: Notification, later?: Later) =>
  async (tx: Store): Promise<AfterRow> => {
    const put = prepareRows(parts, notification, later?.at);
    return (seq) => put(tx, later?.event ?? seq);
  };

const add = (parts: Parts, notification: Notification, tx: Store): Promise<void> =>
  prepareRows(parts, notification)(tx, null);

/**
 * - A notification is stored in the transaction of its event, and is sent at least once.
 * - An email contains the notification's id, so that an SMTP server can recognise a duplicate after a crash.
 * - The body contains codes and links: it is encrypted until the email is sent, and then deleted.
 */
export function createOutbox(parts: Parts) {
  let sending: Promise<void> | null = null;
  let closed = false;
  return {
    ...bindParts(parts, { enqueue, add }),

    /** Sends at most 200. A call during a run waits for that run, then starts another one. Never rejects. */
    async flush(): Promise<void> {
      while (sending) await sending;
      if (closed) return;
      sending = sendDue(parts, () => closed)
        .catch((error: unknown) => parts.failed(error, 'a notice was not taken'))
        .finally(() => (sending = null));
      await sending;
    },

    /** Emails that are being sent have ten seconds to be recorded. The others stay in the store. */
    async close(): Promise<void> {
      closed = true;
      await Promise.race([sending, wait(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}
