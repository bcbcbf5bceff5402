import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createClock } from '#clock';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { keptAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { openStore } from '#bff/platform/store/open.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** Settings with which a program does something before its n-th call that copies, links or renames a file. */
const before = (call: number, something: string) => {
  const program = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    import { DatabaseSync } from 'node:sqlite';
    let calls = 0;
    for (const name of ['copyFileSync', 'linkSync', 'renameSync']) {
      const real = fs[name];
      fs[name] = (...given) => {
        calls += 1;
        if (calls === ${call}) ${something};
        return real(...given);
      };
    }
    syncBuiltinESMExports();`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` };
};
const restore = (env: Record<string, string>) =>
  runOperatorProgram('src/operator/restore/restore.ts', [join(folder, 'backup.sqlite')], { DATA_DIR: folder, ...env });
const frozen = async () => {
  const store = await openStore({ dataDir: folder }, { existing: 'read' });
  const rows = await store.selectFrom('freezes').select('user_id').execute();
  await store.destroy();
  return rows.map(({ user_id }) => user_id);
};

async function backUp(): Promise<void> {
  const store = await openStore({ dataDir: folder });
  const auditLog = createAuditLog(store, createClock(), readAuditKeys(keptAuditKey(folder)));
  const actor = { userId: '00u1', address: '', agent: '', requestId: '' };
  await auditLog.event(actor, { event: 'user.session.start', subject: '00u1' }, { outcome: 'success' });
  const backup = [join(folder, 'backup.sqlite')];
  expect(await runOperatorProgram('src/operator/backup/backup.ts', backup, { DATA_DIR: folder })).toMatchObject({
    code: 0,
  });
  await store.insertInto('freezes').values({ user_id: '00uFrozen', at: 1, requested_at: 1, reported: null }).execute();
  await store.destroy();
}

test('a restore that is killed at any step leaves a store in its place, and forgets no freeze when repeated', async () => {
  await backUp();
  let steps = 0;
  for (let out = ''; !out.startsWith('Restored'); steps += 1) {
    ({ out } = await restore(before(steps + 1, `process.kill(process.pid, 'SIGKILL')`)));
    expect([steps, await frozen()]).toEqual([steps, ['00uFrozen']]);
  }
  expect(steps).toBeGreaterThan(2);
});

test('a portal that is started during a restore keeps its store', async () => {
  await backUp();
  const opened = JSON.stringify(join(folder, 'portal.sqlite'));
  const open = `(globalThis.opened = new DatabaseSync(${opened})).exec('SELECT * FROM freezes')`;
  expect(await restore(before(1, open))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Nothing was restored: a portal was started on .* meanwhile: stop it/),
  });
  expect(readdirSync(folder).filter((name) => /restoring|replaced/.test(name))).toEqual([]);
});
