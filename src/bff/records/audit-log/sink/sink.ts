import type { Head } from '../keys.ts';
import type { LogEvent } from '../log-event.ts';

/** Events in the order of their rows. `head` is the signed end of the log where the last of them is its last row. */
export type Batch = { events: readonly LogEvent[]; head: Head | null };

/** The receiver of audit rows outside the portal. */
export type AuditSink = {
  /** Resolves when the receiver has the batch; rejects when that is not sure, after ten seconds at the latest. */
  send(batch: Batch): Promise<void>;
  close(): Promise<void>;
};

/** The most milliseconds for one batch. */
export const SEND_MS = 10_000;
