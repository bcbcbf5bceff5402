import { writeFileSync } from 'node:fs';
import { raisedAlarms } from '#bff/records/alarms/testing/raised-alarms.ts';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatabaseSync } from 'node:sqlite';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { storeEnv } from '#testing/store.ts';
import { ANNIE, testEnv, type Portal } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { personId } from '#bff/features/helpdesk/testing/helpdesk-fixture.ts';
import { keptAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const env = await testEnv();
let portal: Portal;
let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
  portal = await env.fresh({ folder, app: { audit: { keys: readAuditKeys(keptAuditKey(folder)), sink: null } } });
});
afterEach(async () => {
  await portal.close();
});

async function run(words: string[], dataDir = folder): Promise<{ code: number; out: string; err: string }> {
  const store = dataDir === folder ? await storeEnv(folder) : {};
  return runOperatorProgram('src/operator/unfreeze/break-glass.ts', words, { DATA_DIR: dataDir, ...store });
}

test('[A8] unfreezes the last approver on the server while the portal runs: with an audit row and an alarm', async () => {
  const added = { event: 'user.mfa.factor.activate', subject: await personId(portal, ANNIE) } as const;
  for (const kind of ['sms', 'webauthn'] as const) {
    const { auditLog } = portal.app.services;
    const actor = { userId: added.subject, address: '', agent: '', requestId: '' };
    await auditLog.event(actor, { ...added, factorId: `${kind}1`, kind }, { outcome: 'success' });
    env.advance(kind === 'sms' ? 7 * 24 * 3600 : 3600);
  }
  await (await portal.signedIn(ANNIE)).call('freezeMyself');
  expect(said(await (await portal.signedIn(ANNIE)).call('listApprovals'))).toBe('423 frozen');
  const { code, out, err } = await run(['ADMIN@example.com']);
  expect([code, out]).toEqual([0, expect.stringMatching(/^The freeze of ADMIN@example\.com .* is lifted/)]);
  // The output has the method that was added in the week before the freeze, but not the older one.
  expect(out).toMatch(/Added here since seven days before the freeze, .*:\n {2}webauthn, [-\dT:.]+Z\n$/);
  expect(JSON.parse(err)).toMatchObject({ alarm: 'break_glass', details: { operator: expect.any(String) } });
  expect(said(await (await portal.signedIn(ANNIE)).call('listApprovals'))).toBe('200');
  const row = (await portal.auditRows({ event: 'user.account.unfreeze' }))[0]!;
  expect(row).toMatchObject({
    actor: expect.stringMatching(/^operator:./),
    outcome: 'success',
    reason: 'break-glass, on the server',
  });
  // The portal continues the log after this row. It raises the alarm once, in its log and by email.
  for (let checks = 0; checks < 2; checks += 1) await portal.app.services.checkAlarms();
  const raised = await raisedAlarms(portal.store);
  expect(raised.filter((alarm) => alarm.startsWith('break_glass'))).toEqual([`break_glass ${row.subject}`]);
  expect((await run(['admin@example.com'])).err).toBe('admin@example.com is not frozen\n');
});

test('never creates or migrates a store, and reports an error in one line', async () => {
  const empty = temporaryFolder();
  expect((await run(['x'], empty)).err).toMatch(/^there is no portal's store in /);
  const file = join(empty, 'portal.sqlite');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 3');
  database.close();
  writeFileSync(join(empty, 'audit-signing-key'), keptAuditKey(folder));
  expect(await run(['x'], empty)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^.* was written by an older version \(schema 3, /),
  });
  expect(await run([])).toMatchObject({ code: 1, err: expect.stringMatching(/^whose freeze\?/) });
});
