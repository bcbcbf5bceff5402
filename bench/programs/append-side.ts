/** Prints the milliseconds for each of `APPENDS` appends, `WORKERS` at the same time. */
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { readStorePlace } from '#bff/platform/env/store-place.ts';
import { openStore } from '#bff/platform/store/open.ts';
import { createClock } from '#clock';

const { AUDIT_SIGNING_KEY = '', APPENDS = '100', WORKERS = '8' } = process.env;
const store = await openStore(readStorePlace(process.env));
const auditLog = createAuditLog(store, createClock(), readAuditKeys(AUDIT_SIGNING_KEY));
const actor = { userId: '00u1', address: '192.0.2.7', agent: 'a browser', requestId: 'r' };
const append = (n: number) =>
  auditLog.event(
    actor,
    { event: 'helpdesk.person.view', subject: `00u${n}`, ticket: `INC-${n}` },
    { outcome: 'success' },
  );

await append(0);
let left = Number(APPENDS);
const worker = async () => {
  while (left > 0) await append((left -= 1));
};
const begun = performance.now();
await Promise.all(Array.from({ length: Number(WORKERS) }, worker));
console.log(JSON.stringify((performance.now() - begun) / Number(APPENDS)));
await store.destroy();
