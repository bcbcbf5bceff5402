import { HOUR_MS, type Clock } from '#clock';
import { optimize } from '#database/open.ts';
import type { Store } from '../store/open.ts';
import type { LogMessage } from './log-messages.ts';
import type { Outages } from './outages.ts';
import { pruneEnded } from './prune.ts';

const OUTBOX_MS = 5_000;
const PROBE_MS = 5_000;
const RECONCILE_MS = 60_000;
const CHECKPOINT_MS = HOUR_MS;
const UPKEEP_MS = 24 * CHECKPOINT_MS;

type Parts = {
  app: {
    services: Record<'outbox' | 'refusals', { flush(): Promise<unknown> }> & {
      clock: Pick<Clock, 'now'>;
      checkAlarms(): Promise<unknown>;
      auditDelivery: { deliver(): Promise<unknown> } | null;
    };
    reconcile(): Promise<unknown>;
    tasks: { run(): Promise<unknown> };
    probe(): Promise<unknown>;
  };
  store: Store;
  /** Writes the audit log's checkpoint. */
  logHead: () => Promise<void>;
  outages: Outages;
};

/** Returns the function that stops the work. */
export function startBackground({
  app: { services, reconcile, tasks, probe },
  store,
  logHead,
  outages,
}: Parts): () => void {
  const loggingErrors = (work: () => Promise<unknown>, message: LogMessage) => () =>
    void work().catch((error: unknown) => outages.background(error, message));
  const flush = loggingErrors(() => services.outbox.flush(), 'emails were not sent');
  const count = loggingErrors(() => services.refusals.flush(), 'refusals were not stored');
  const reconcileNow = loggingErrors(reconcile, 'unfinished changes were not looked up');
  const runTasks = loggingErrors(() => tasks.run(), 'unfinished changes were not looked up');
  const deliver = loggingErrors(async () => services.auditDelivery?.deliver(), 'audit rows were not sent');
  const checkAlarms = loggingErrors(() => services.checkAlarms(), 'the check for alarms failed');
  reconcileNow();
  checkAlarms();
  flush();
  void probe();
  const timers = [
    setInterval(flush, OUTBOX_MS),
    setInterval(count, OUTBOX_MS),
    setInterval(runTasks, OUTBOX_MS),
    setInterval(deliver, OUTBOX_MS),
    setInterval(() => void probe(), PROBE_MS),
    setInterval(reconcileNow, RECONCILE_MS),
    setInterval(checkAlarms, RECONCILE_MS),
    setInterval(loggingErrors(logHead, 'the checkpoint of the audit log was not written'), CHECKPOINT_MS),
    setInterval(
      loggingErrors(() => pruneEnded(store, services.clock), 'old rows were not deleted'),
      RECONCILE_MS,
    ),
    setInterval(
      loggingErrors(() => optimize(store), 'the daily upkeep failed'),
      UPKEEP_MS,
    ),
  ];
  return () => timers.forEach(clearInterval);
}
