import type { Head } from '../keys.ts';
import type { LogEvent } from '../log-event.ts';

/** Events in the order of their rows. `head`: the signed head, if the batch contains the log's last row; else null. */
export type Batch = { events: readonly LogEvent[]; head: Head | null };

/** The receiver of audit rows outside the portal. */
export type AuditSink = {
  /** Resolves when the receiver has acknowledged the batch. Otherwise rejects, within ten seconds. */
  send(batch: Batch): Promise<void>;
  close(): Promise<void>;
};

/** Time limit of one batch, in milliseconds. */
export const SEND_MS = 10_000;
