import type { Clock } from '#clock';
import type { Alongside } from '../audit-log/audit-log.ts';
import type { Store } from '../store/open.ts';
import { randomToken } from '../store/secrets.ts';
import type { Sealer } from '../store/secrets.ts';

export type Email = { id: string; to: string; subject: string; body: string };
/** Hands one mail to a mail server; rejects when it was not taken. */
export type Mailer = (email: Email) => Promise<void>;
export type Notification = { addresses: readonly string[]; subject: string; body: string };

/** Notes that one was taken, by `note`, with whatever is noted besides. */
export type RecordSent = (
  notification: { event: number | null; address: string },
  note: (step: Store) => Promise<void>,
) => Promise<void>;

/**
 * Longer than a mail server may take: until then nobody else sends the same, and from then on one that we died over is
 * sent after all.
 */
const CLAIM_MS = 16_000;
/** Between two tries, at most. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** How far the clocks of two portals on one store may be apart. */
const SKEW_MS = 60_000;
/** How long it is remembered that one was sent. */
const KEPT_MS = 7 * 24 * 60 * 60_000;

/** What a body is sealed for: this notice to this address, and no other. */
const contextOf = ({ id, address }: { id: string; address: string }) => `notification ${id} ${address}`;

export type Outbox = ReturnType<typeof createOutbox>;

/**
 * Notices wait in the store, written in the same transaction as what they tell of, and go out at least once. A mail's
 * id is the notice's own, so that a mail server that took one twice (we died between sending and noting it) can tell.
 * Bodies hold codes and links: they are sealed while they wait, and emptied once they are sent.
 * @param mailer null when no mail server is configured: notices then wait.
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
      // One that is due later than any could be: the clock was put back since.
      .where(({ eb, or }) => or([eb('next_at', '<=', now), eb('next_at', '>', now + LONGEST_WAIT_MS + SKEW_MS)]))
      .orderBy('next_at')
      .limit(50)
      .execute();
    for (const notification of due) {
      if (closed) return;
      const claimed = await store
        .updateTable('outbox')
        // Counted from here: those before it may have taken their time.
        .set({ next_at: clock.now() + CLAIM_MS })
        .where('id', '=', notification.id)
        .where('sent_at', 'is', null)
        .where('next_at', '=', notification.next_at)
        .executeTakeFirst();
      // Another process on this store was quicker.
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
    /** Puts a notice to each address beside an audit row; one address is told of one event once. */
    enqueue:
      (notification: Notification): Alongside =>
      (step, seq) =>
        put(notification, seq, step),

    /** Puts one that tells of no audit row, in a transaction. */
    add: (notification: Notification, step: Store): Promise<void> => put(notification, null, step),

    /**
     * Sends what is due; calls while one is going on share it, then look once more. Never rejects: what failed is told
     * and due again.
     */
    async flush(): Promise<void> {
      while (sending) await sending;
      if (closed) return;
      sending = sendDue()
        .catch(failed)
        .finally(() => (sending = null));
      await sending;
    },

    /** Ends sending: the mail under way is noted, the others wait in the store. */
    async close(): Promise<void> {
      closed = true;
      while (sending) await sending;
    },
  };
}
