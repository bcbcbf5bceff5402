import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '#clock';
import { factorKinds } from '#contract/kinds.ts';
import { getPoolUsage } from '#database/pool-usage.ts';
import type { OktaClient } from '#okta/client.ts';
import type { Observation } from '#okta/transport/transport.ts';
import { resetEvents, sendsMessage } from '../kinds/events.ts';
import type { Degradation } from '../lifecycle/health.ts';
import { builtCommit, version } from '../lifecycle/version.ts';
import type { Store } from '../store/open.ts';
import { listenForScrapes, type ListenerOptions } from './listener.ts';
import { kindLabel, methodLabel, reasonLabel, statusLabel } from './labels.ts';
import type { Observer } from './observer.ts';
import { readStoreGauges, type Backlog, type StoreGauges } from './store-gauges.ts';

/** In seconds. A request's deadline is 25 s. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];
/** How often the event loop's delay is sampled, in ms. */
const LOOP_MS = 10;
/** How long a scrape waits for the store, in ms. Prometheus waits ten seconds for the whole scrape. */
const STORE_MS = 2000;

export type Sources = {
  store: Store;
  clock: Clock;
  okta: Pick<OktaClient, 'budget' | 'isBreakerOpen'>;
  degradations(): readonly Degradation[];
  /** Whether audit rows are sent to a receiver. */
  hasSink: boolean;
};

function createInstruments(registry: Registry) {
  const registers = [registry];
  return {
    counter: <L extends string>(name: string, help: string, ...labelNames: L[]) =>
      new Counter({ name: `latchkey_${name}`, help, labelNames, registers }),
    gauge: <L extends string>(name: string, help: string, ...labelNames: L[]) =>
      new Gauge({ name: `latchkey_${name}`, help, labelNames, registers }),
    seconds: <L extends string>(name: string, help: string, ...labelNames: L[]) =>
      new Histogram({ name: `latchkey_${name}`, help, labelNames, registers, buckets: SECONDS }),
  };
}
type Instruments = ReturnType<typeof createInstruments>;

function createObserver({ counter, seconds }: Instruments): Observer {
  const requests = counter(
    'requests_total',
    'Requests that ended; 499: the browser left; why some were not answered as they were meant',
    'method',
    'route',
    'status',
    'reason',
  );
  const requestSeconds = seconds(
    'request_duration_seconds',
    'From arrival to the end of the answer',
    'method',
    'route',
  );
  const signIns = counter('sign_ins_total', 'Sign-ins that came back from Okta', 'outcome');
  const stepUps = counter('step_ups_total', 'Step-up authentications', 'outcome');
  const refusals = counter('refusals_total', 'Requests that the portal refused, as the audit log has them', 'reason');
  const wrongCodes = counter('wrong_codes_total', 'Codes and answers that Okta called wrong', 'kind');
  const sends = counter('sends_total', 'Messages, calls and pushes that the portal asked Okta for', 'kind');
  const emails = counter('emails_total', 'Emails handed to the SMTP server', 'outcome');
  const resets = counter('resets_total', 'Resets by the helpdesk that ended', 'outcome');
  const alarms = counter('alarms_total', 'Alarms of the portal', 'alarm');
  const addedAfterReset = counter(
    'added_after_reset_total',
    'Methods added within a day of a reset, by people who are not privileged',
  );
  const auditRows = counter('audit_rows_total', 'Audit rows that this process wrote', 'event');
  // Prometheus counts no increase for the first value of a series. After a start at 0, the first event is an increase.
  for (const outcome of ['success', 'refused']) signIns.inc({ outcome }, 0);
  for (const kind of factorKinds) wrongCodes.inc({ kind }, 0);
  resets.inc({ outcome: 'success' }, 0);

  return {
    request({ method: given, route, status, reason, ms }) {
      const method = methodLabel(given);
      requests.inc({ method, route, status: statusLabel(status), ...(reason && { reason }) });
      requestSeconds.observe({ method, route }, ms / 1000);
    },
    auditRow(row) {
      const { type, event, kind, outcome } = row;
      auditRows.inc({ event });
      if (event === 'user.session.start') signIns.inc({ outcome: 'success' });
      if (event === 'user.authentication.step_up' && outcome) stepUps.inc({ outcome });
      if (type === 'intent' && sendsMessage(row)) sends.inc({ kind: kindLabel(kind ?? 'none') });
      if (type === 'outcome' && resetEvents.has(event) && outcome) resets.inc({ outcome });
    },
    refusal(event, reason) {
      if (event === 'user.session.refused') signIns.inc({ outcome: 'refused' });
      refusals.inc({ reason: event === 'user.session.refused' ? 'sign_in' : reasonLabel(reason) });
    },
    wrongCode: (kind) => wrongCodes.inc({ kind: kindLabel(kind) }),
    alarm: (alarm) => alarms.inc({ alarm }),
    addedAfterReset: () => addedAfterReset.inc(),
    email: (outcome) => emails.inc({ outcome }),
  };
}

/** `path` is a template without ids. */
function createCallCounter({ counter, seconds }: Instruments) {
  const calls = counter('okta_calls_total', 'Attempts, by status or kind of error', 'operation', 'status');
  const callSeconds = seconds('okta_call_duration_seconds', 'One attempt', 'operation');
  type Call = Pick<Observation, 'method' | 'path' | 'status' | 'ms' | 'error'>;
  return ({ method, path, status, ms, error }: Call): void => {
    const operation = `${method} ${path}`;
    calls.inc({ operation, status: status === null ? (error ?? 'none') : statusLabel(status) });
    callSeconds.observe({ operation }, ms / 1000);
  };
}

function createGauges({ gauge }: Instruments) {
  const backlog = (name: string, what: string) => ({
    count: gauge(name, `${what}, 20000 at most; all portals on a store say the same`),
    oldest: gauge(`${name}_oldest_seconds`, `How long the oldest of them waits; 0 without one`),
  });
  const stored = {
    auditRows: gauge('audit_log_rows', 'Rows of the audit log; all portals on a store say the same'),
    sessions: gauge('sessions', 'Sessions that have not reached their end, 20000 at most'),
    outbox: backlog('outbox_waiting', 'Emails that wait'),
    openIntents: backlog('open_intents', 'Intents without an outcome'),
    approvals: backlog('approvals_waiting', 'Approvals that wait'),
    auditSink: backlog('audit_sink_waiting', 'Audit rows that the sink does not have'),
  };
  return {
    limit: gauge('okta_rate_limit', 'Calls a window, as Okta last said', 'operation'),
    remaining: gauge('okta_rate_limit_remaining', 'Calls left in the window, as Okta last said', 'operation'),
    breaker: gauge('okta_breaker_open', '1 while calls to Okta fail at once'),
    degraded: gauge('degraded', '1 while Okta does not answer or the store takes no writes', 'reason'),
    connections: gauge('database_connections', 'Connections of the pool', 'state'),
    queue: gauge('database_waiting', 'Statements that wait for a connection'),
    stored,
  };
}
type Gauges = ReturnType<typeof createGauges>;

/** Removes the gauges when the store cannot be read in time, because an old number would look current. */
async function setStoreGauges({ stored }: Gauges, read: () => Promise<StoreGauges>): Promise<void> {
  const backlogs = ['outbox', 'openIntents', 'approvals', 'auditSink'] as const;
  try {
    const found = await read();
    stored.auditRows.set(found.auditRows);
    stored.sessions.set(found.sessions);
    for (const name of backlogs) {
      const { count, oldestSeconds }: Backlog = found[name];
      stored[name].count.set(count);
      stored[name].oldest.set(oldestSeconds);
    }
  } catch {
    // `latchkey_degraded` shows that the store failed.
    const ofBacklogs = backlogs.flatMap((name) => Object.values(stored[name]));
    for (const one of [stored.auditRows, stored.sessions, ...ofBacklogs]) one.remove();
  }
}

function setLiveGauges(gauges: Gauges, { store, okta, degradations }: Sources): void {
  for (const { bucket: operation, limit, remaining } of okta.budget()) {
    gauges.limit.set({ operation }, limit);
    gauges.remaining.set({ operation }, remaining);
  }
  gauges.breaker.set(okta.isBreakerOpen() ? 1 : 0);
  const failing = degradations();
  for (const reason of ['okta', 'store'] as const) gauges.degraded.set({ reason }, failing.includes(reason) ? 1 : 0);
  const usage = getPoolUsage(store);
  if (!usage) return;
  gauges.connections.set({ state: 'idle' }, usage.idle);
  gauges.connections.set({ state: 'used' }, usage.open - usage.idle);
  gauges.queue.set(usage.waiting);
}

/** Concurrent scrapes share one read, so that they do not add load to a slow store. */
function createStoreReader() {
  let reading: Promise<StoreGauges> | null = null;
  return ({ store, clock, hasSink }: Sources): Promise<StoreGauges> => {
    reading ??= readStoreGauges(store, clock, hasSink).finally(() => (reading = null));
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('the store was not read in time')), STORE_MS);
    return Promise.race([reading, late.promise]).finally(() => clearTimeout(timer));
  };
}

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_MS });
  const instruments = createInstruments(registry);
  const gauges = createGauges(instruments);
  const readStore = createStoreReader();
  const build = instruments.gauge(
    'build_info',
    '1; the version, and the commit that it was built from',
    'version',
    'commit',
  );
  build.set({ version, commit: builtCommit() }, 1);

  async function scrape(sources: Sources): Promise<string> {
    setLiveGauges(gauges, sources);
    await setStoreGauges(gauges, () => readStore(sources));
    return registry.metrics();
  }

  return {
    observer: createObserver(instruments),
    oktaCall: createCallCounter(instruments),
    scrape,
    listen: (sources: Sources, options: ListenerOptions) =>
      listenForScrapes(() => scrape(sources), registry.contentType, options),
  };
}
