import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '#clock';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/open.ts';
import { createAudit } from './audit.ts';

const root = join(import.meta.dirname, '../../..');
let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-trail-'));
  store = await openStore(folder);
  const audit = createAudit(store, createClock(() => 1_000_000));
  const actor = { userId: '00u1', address: '192.0.2.7', agent: 'a browser', requestId: 'r1' };
  for (let n = 0; n < 9; n += 1) {
    await audit.event(actor, { event: 'helpdesk.person.view', subject: '00u2', ticket: `INC-${n}` }, { outcome: 'success' });
  }
});
afterEach(async () => {
  await store.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const verify = (dataDir = folder) =>
  new Promise<[number, string]>((resolve) => {
    const env = { PATH: process.env['PATH'], DATA_DIR: dataDir };
    execFile(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/bff/audit/verify.ts'], { cwd: root, env }, (error, out, err) => resolve([error ? Number(error.code) : 0, `${out}${err}`.trim()]));
  });

test('a trail as it was written holds, also while it is being written', async () => {
  expect(await verify()).toEqual([0, 'The trail holds: 9 rows.']);
});

test.each([
  ['an edit', sql`UPDATE audit SET subject = '00u3' WHERE seq = 4`, 'The trail does not hold: row 4 was edited.'],
  ['an edit of a ticket', sql`UPDATE audit SET ticket = 'INC-9' WHERE seq = 2`, 'The trail does not hold: row 2 was edited.'],
  ['a deletion', sql`DELETE FROM audit WHERE seq = 5`, 'The trail does not hold: rows before row 6 are missing, or it was slipped in.'],
  ['a deletion of the first', sql`DELETE FROM audit WHERE seq = 1`, 'The trail does not hold: rows before row 2 are missing, or it was slipped in.'],
  ['a truncation', sql`DELETE FROM audit WHERE seq > 6`, 'The trail does not hold: rows are cut off: row 7 should be there.'],
  ['a truncation of all', sql`DELETE FROM audit`, 'The trail does not hold: rows are cut off: row 1 should be there.'],
])('%s is found, and where', async (_what, tamper, said) => {
  await tamper.execute(store);
  expect(await verify()).toEqual([1, said]);
});

test('a reordering is found, and where', async () => {
  await sql`UPDATE audit SET seq = -seq WHERE seq IN (3, 7)`.execute(store);
  await sql`UPDATE audit SET seq = 10 + seq WHERE seq IN (-3, -7)`.execute(store);
  expect(await verify()).toEqual([1, 'The trail does not hold: row 3 stands where another was written.']);
});

test('no store is no trail that holds, and none is made', async () => {
  const nowhere = join(folder, 'nowhere');
  expect(await verify(nowhere)).toEqual([1, `there is no portal's store in ${nowhere}: set DATA_DIR`]);
  expect((await verify(nowhere))[0]).toBe(1);
});
