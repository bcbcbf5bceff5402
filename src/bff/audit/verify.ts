/**
 * `npm run audit:verify`: walks the trail of a portal (`DATA_DIR`) and names the first row that is bent. It changes nothing. Ends with 0
 * when the trail holds, else with 1.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../store/open.ts';
import { verifyAudit } from './audit.ts';
import type { Bent } from './audit.ts';

const words: Record<Bent['fault'], (seq: number) => string> = {
  edited: (seq) => `row ${seq} was edited`,
  missing: (seq) => `rows before row ${seq} are missing, or it was slipped in`,
  reordered: (seq) => `row ${seq} stands where another was written`,
  truncated: (seq) => `rows are cut off: row ${seq} should be there`,
};

const folder = process.env['DATA_DIR'] || './.data';

async function verify(): Promise<string | null> {
  // Opening one would make it: nothing is no trail that holds.
  if (!existsSync(join(folder, 'portal.sqlite'))) return `there is no portal's store in ${folder}: set DATA_DIR`;
  const store = await openStore(folder);
  try {
    const bent = await verifyAudit(store);
    if (bent) return `The trail does not hold: ${words[bent.fault](bent.seq)}.`;
    const { rows } = await store.selectFrom('audit').select(({ fn }) => fn.countAll<number>().as('rows')).executeTakeFirstOrThrow();
    process.stdout.write(`The trail holds: ${rows} rows.\n`);
    return null;
  } finally {
    await store.destroy();
  }
}

const fault = await verify();
if (fault !== null) {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 1;
}
