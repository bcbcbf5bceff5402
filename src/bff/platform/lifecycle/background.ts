import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '#clock';
import { optimize } from '#database/open.ts';
import type { Store } from '../store/open.ts';
import type { Outages } from './outages.ts';
import { pruneEnded } from './prune.ts';

const OUTBOX_MS = 5_000;
const PROBE_MS = 5_000;
const RECONCILE_MS = 60_000;
const CHECKPOINT_MS = 60 * 60_000;
const UPKEEP_MS = 24 * CHECKPOINT_MS;

type Parts = {
  app: {
    services: Record<'outbox' | 'refusals', { flush(): Promise<unknown> }> & {
      clock: Pick<Clock, 'now'>;
      alarms: { watch(): Promise<unknown> };
      auditDelivery: { deliver(): Promise<unknown> } | null;
      auditArchive: { run(): Promise<unknown> } | null;
    };
    reconcile(): Promise<unknown>;
    probe(): Promise<unknown>;
  };
  store: Store;
  /** Writes the audit log's checkpoint. */
  logHead: () => Promise<void>;
  logger: Pick<FastifyBaseLogger, 'error'>;
  outages: Outages;
};

/** Starts what a portal does by itself, besides answering requests. Returns what ends it. */
export function startBackground({
  app: { services, reconcile, probe },
  store,
  logHead,
  logger,
  outages,
}: Parts): () => void {
  const loggingErrors = (work: () => Promise<unknown>, what: string) => () =>
    void work().catch((error: unknown) => outages.background(error, () => logger.error({ err: error }, what)));
  const flush = loggingErrors(() => services.outbox.flush(), 'sending notices');
  const count = loggingErrors(() => services.refusals.flush(), 'counting refusals');
  const reconcileNow = loggingErrors(reconcile, 'settling');
  const watch = loggingErrors(() => services.alarms.watch(), 'watching for alarms');
  const deliver = loggingErrors(async () => services.auditDelivery?.deliver(), 'sending the audit log to its sink');
  reconcileNow();
  flush();
  void probe();
  const timers = [
    setInterval(flush, OUTBOX_MS),
    setInterval(count, OUTBOX_MS),
    setInterval(watch, OUTBOX_MS),
    setInterval(deliver, OUTBOX_MS),
    setInterval(() => void probe(), PROBE_MS),
    setInterval(reconcileNow, RECONCILE_MS),
    setInterval(loggingErrors(logHead, 'witnessing the audit log'), CHECKPOINT_MS),
    setInterval(
      loggingErrors(() => pruneEnded(store, services.clock), 'pruning'),
      CHECKPOINT_MS,
    ),
    setInterval(
      loggingErrors(async () => services.auditArchive?.run(), 'archiving the audit log'),
      CHECKPOINT_MS,
    ),
    setInterval(
      loggingErrors(() => optimize(store), 'the daily upkeep'),
      UPKEEP_MS,
    ),
  ];
  return () => timers.forEach(clearInterval);
}
