/**
 * `npm run bench`: prints the design's budgets with the current figures, and exits with 1 above a limit. `--quick`
 * measures everything once, so its times mean little.
 */
import { measure } from './measure.ts';
import { drawTable, judge } from './table.ts';

if (process.argv[2] === 'capacity') {
  process.env['SERVER_FILE'] ??= 'dist/server.js';
  await (await import('./capacity.ts')).printCapacity();
  process.exit();
}

const rows = await measure(process.argv.includes('--quick') ? 'quick' : 'full', (part) =>
  console.error(`measuring ${part} …`),
);
console.log(`\n${drawTable(rows)}`);
const above = rows.filter((row) => judge(row) === 'ABOVE LIMIT');
if (above.length > 0) {
  console.error(`\nabove the limit: ${above.map(({ what }) => what).join('; ')}`);
  process.exitCode = 1;
}
