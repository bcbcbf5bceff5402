/** `npm run soak` runs it, with `LOG_ROWS` rows. Exits with 1 above the limit. */
import { auditLogRows } from './measurements/audit-log.ts';
import { createSandbox } from './processes.ts';
import { drawTable, judge } from './table.ts';

const { LOG_ROWS = '500000', LOG_RUNS = '3', LOG_SECONDS = '10' } = process.env;
const sandbox = createSandbox();
try {
  const rows = await auditLogRows(sandbox, {
    rows: Number(LOG_ROWS),
    runs: Number(LOG_RUNS),
    seconds: Number(LOG_SECONDS),
  });
  console.log(drawTable(rows));
  if (rows.some((row) => judge(row) === 'ABOVE LIMIT')) process.exitCode = 1;
} finally {
  await sandbox.close();
}
