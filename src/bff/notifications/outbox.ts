import type { Clock } from '#clock';
import type { Alongside } from '../audit-log/audit-log.ts';
import type { Store } from '../store/open.ts';
import { randomToken, type Sealer } from '../store/secrets.ts';

export type Email = { id: string; to: string; subject: string; body: string };
/** Hands one email to an SMTP server. Rejects when the server does not accept it. */
export type Mailer = (email: Email) => Promise<void>;
export type Notification = { addresses: readonly string[]; subject: string; body: string };

/** Records that a server accepted a notification: calls `note` in a transaction and may add an audit row to it. */
export type RecordSent = (
  notification: { event: number | null; address: string },
  note: (step: Store) => Promise<void>,
) => Promise<void>;

/**
 * How long one process has the right to send a notification. It is longer than an SMTP server may take. After it,
 * another process sends the notification, in case the first one ended.
 */
const CLAIM_MS = 16_000;
/** The longest wait between two attempts. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** The largest difference between the clocks of two portals on one store. */
const SKEW_MS = 60_000;
/** How long the outbox keeps a sent notification. */
const KEPT_MS = 7 * 24 * 60 * 60_000;

/** The sealing context of a body: it binds the body to one notification and one address. */
const contextOf = ({ id, address }: { id: string; address: string }) => `notification ${id} ${address}`;

export type Outbox = ReturnType<typeof createOutbox>;

/**
 * Creates the outbox. A notification is stored in the same transaction as the event that it reports, and is sent at
 * least once. An email has the notification's id, so that an SMTP server can recognise a duplicate after a crash.
 * Bodies hold codes and links: they are sealed until they are sent, and then emptied.
 * @param mailer null when no SMTP server is configured: notifications then wait
 */
export function createOutbox(
  store: Store,
  clock: Clock,
  sealer: Sealer,
  mailer: Mailer | null,
  failed: (error: unknown) => void,
  recordSent: RecordSent,
) {
  let sending: Promise<void> | null = null;
  let closed = false;

  async function sendDue(): Promise<void> {
    if (!mailer) return;
    const now = clock.now();
    await store
      .deleteFrom('outbox')
      .where('sent_at', '<', now - KEPT_MS)
      .execute();
    const due = await store
      .selectFrom('outbox')
      .selectAll()
      .where('sent_at', 'is', null)
      // A time beyond the longest wait means that the clock was set back: the notification is due now.
      .where(({ eb, or }) => or([eb('next_at', '<=', now), eb('next_at', '>', now + LONGEST_WAIT_MS + SKEW_MS)]))
      .orderBy('next_at')
      .limit(50)
      .execute();
    for (const notification of due) {
      if (closed) return;
      const claimed = await store
        .updateTable('outbox')
        // The claim starts now: earlier emails of this run may have taken a long time.
        .set({ next_at: clock.now() + CLAIM_MS })
        .where('id', '=', notification.id)
        .where('sent_at', 'is', null)
        .where('next_at', '=', notification.next_at)
        .executeTakeFirst();
      // Another process on this store claimed it first.
      if (claimed.numUpdatedRows === 0n) continue;
      try {
        const body = sealer.open(notification.body, contextOf(notification));
        if (body === null) throw new Error('a notice was sealed under a SESSION_SECRET that is not listed any more');
        await mailer({ id: notification.id, to: notification.address, subject: notification.subject, body });
        await recordSent(
          notification,
          async (step) =>
            void (await step
              .updateTable('outbox')
              .set({ sent_at: clock.now(), body: '' })
              .where('id', '=', notification.id)
              .execute()),
        );
      } catch (error) {
        failed(error);
        const wait = Math.min(LONGEST_WAIT_MS, 2 ** notification.tries * 15_000);
        await store
          .updateTable('outbox')
          .set({ tries: notification.tries + 1, next_at: clock.now() + wait })
          .where('id', '=', notification.id)
          .execute();
      }
    }
  }

  async function put({ addresses, subject, body }: Notification, event: number | null, step: Store): Promise<void> {
    const now = clock.now();
    for (const address of new Set(addresses)) {
      const id = randomToken(16);
      const sealed = sealer.seal(body, contextOf({ id, address }));
      const row = { id, event, address, subject, body: sealed, created_at: now, sent_at: null, tries: 0, next_at: now };
      await step
        .insertInto('outbox')
        .values(row)
        .onConflict((conflict) => conflict.columns(['event', 'address']).doNothing())
        .execute();
    }
  }

  return {
    /** Stores a notification for each address with an audit row. An address gets one notification per event. */
    enqueue:
      (notification: Notification): Alongside =>
      (step, seq) =>
        put(notification, seq, step),

    /** Stores a notification that belongs to no audit row, within a transaction. */
    add: (notification: Notification, step: Store): Promise<void> => put(notification, null, step),

    /**
     * Sends all due notifications. A call during a run waits for it and then looks once more. Never rejects: a failure
     * is reported, and its notification becomes due again.
     */
    async flush(): Promise<void> {
      while (sending) await sending;
      if (closed) return;
      sending = sendDue()
        .catch(failed)
        .finally(() => (sending = null));
      await sending;
    },

    /** Stops sending. The current email is completed and recorded; the others stay in the store. */
    async close(): Promise<void> {
      closed = true;
      while (sending) await sending;
    },
  };
}
