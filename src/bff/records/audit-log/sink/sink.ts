import type { Head } from '../keys.ts';
import type { LogEvent } from '../log-event.ts';

/** In the order of the rows. `head`: null unless the batch contains the log's last row. */
export type Batch = { events: readonly LogEvent[]; head: Head | null };

export type AuditSink = {
  /** Resolves when the receiver has acknowledged the batch. Otherwise rejects, within ten seconds. */
  send(batch: Batch): Promise<void>;
  close(): Promise<void>;
};

/** Time limit of one batch, in ms. */
export const SEND_MS = 10_000;
