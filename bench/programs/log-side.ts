/** Prints the event loop's delay at p99.9 in milliseconds, after `SECONDS` of work on the audit log. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { buildApp } from '#bff/app.ts';
import { agent, somebody } from '#bff/records/audit-log/testing/fill.ts';
import { eventsOfKind } from '#bff/features/helpdesk/audit-log/kinds-of-events.ts';
import type { LogFilter } from '#bff/records/audit-log/log-scan.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { openStore } from '#bff/platform/store/open.ts';
import { createSealer } from '#bff/platform/store/secrets.ts';
import { createClock } from '#clock';
import { stubOptions } from '#testing/stub-options.ts';

const { DATA_DIR = '', AUDIT_SIGNING_KEY = '', SECONDS = '5' } = process.env;
const store = await openStore({ dataDir: DATA_DIR });
const clock = createClock();
const sealer = createSealer(['a secret of thirty-two bytes or more']);
const { services, reconcile, fastify } = await buildApp({
  ...stubOptions(clock),
  store,
  sealer,
  audit: { keys: readAuditKeys(AUDIT_SIGNING_KEY), sink: null },
});
const { auditLog, helpdeskServices, messages } = services;

const day = 24 * 60 * 60_000;
const now = clock.now();
const filters: LogFilter[] = [
  {},
  { actor: [agent] },
  { subject: [somebody] },
  { event: ['user.account.freeze'] },
  { event: eventsOfKind.operation },
  { event: eventsOfKind.caller },
  { event: eventsOfKind.method },
  { actor: [agent], subject: [somebody] },
  { actor: [agent], event: ['helpdesk.audit_log.export'] },
  { ticket: ['INC-7'], outcome: ['success'] },
  { outcome: ['unknown'] },
  { since: now - 300 * day, until: now - 299 * day },
  { subject: [somebody], event: eventsOfKind.look, since: now - 200 * day },
  { event: ['user.account.freeze'], until: now - 10 * day },
  { until: now - 364 * day },
];
const end = performance.now() + Number(SECONDS) * 1000;
const going = () => performance.now() < end;
const yieldToEventLoop = () => new Promise<void>((resolve) => setImmediate(resolve));
const counts = { pages: 0, exported: 0, sweeps: 0, sends: 0 };

async function read(): Promise<void> {
  for (let n = 0; going(); n += 1) {
    const { next } = await helpdeskServices.logPages.page(filters[n % filters.length]!, null);
    if (next !== null) await helpdeskServices.logPages.page(filters[n % filters.length]!, Number(next));
    counts.pages += 1;
    await yieldToEventLoop();
  }
}

async function takeAlong(): Promise<void> {
  for (let n = 0; going(); n += 1) {
    for await (const rows of helpdeskServices.auditReader.all(
      filters[n % filters.length]!,
      (await auditLog.head()).seq,
    )) {
      counts.exported += rows.length;
      await yieldToEventLoop();
      if (!going()) break;
    }
    await yieldToEventLoop();
  }
}

async function sweep(): Promise<void> {
  for (; going(); counts.sweeps += 1) {
    await reconcile();
    await helpdeskServices.auditReader.readHistory(somebody);
    await yieldToEventLoop();
  }
}

async function send(): Promise<void> {
  for (; going(); counts.sends += 1) {
    const userId = `00u${String(counts.sends).padStart(17, '0')}`;
    const actor = { userId, address: '192.0.2.7', agent: 'a browser', requestId: 'r' };
    await messages.assertMaySend(userId);
    const about = { event: 'user.mfa.factor.challenge', subject: userId, kind: 'sms' } as const;
    await auditLog.change(actor, about, async () => yieldToEventLoop(), {
      classify: () => ({ outcome: 'unknown', reason: 'unrecorded' }),
    });
    await yieldToEventLoop();
  }
}

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
await Promise.all([read(), takeAlong(), sweep(), send()]);
delay.disable();
console.log(JSON.stringify({ p999: delay.percentile(99.9) / 1e6, max: delay.max / 1e6, ...counts }));
await fastify.close();
await store.destroy();
