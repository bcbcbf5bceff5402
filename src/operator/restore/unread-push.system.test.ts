import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { allLost, answerPush, withPush } from '#testing/security-methods.ts';
import { GRACE, HEDY, testEnv } from '#testing/test-env.ts';
import { keptAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys, type AuditKeys } from '#bff/records/audit-log/keys.ts';
import { signInAgent } from '#bff/features/helpdesk/testing/agent-fixture.ts';
import { personId } from '#bff/features/helpdesk/testing/helpdesk-fixture.ts';
import { openStore } from '#bff/platform/store/open.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const env = await testEnv();
let folder: string;
let auditKeys: AuditKeys;
beforeEach(() => {
  folder = temporaryFolder();
  auditKeys = readAuditKeys(keptAuditKey(folder));
});

const run = async (command: string, file: string) => {
  const { code, err } = await runOperatorProgram(`src/operator/${command}/${command}.ts`, [file], { DATA_DIR: folder });
  expect([code, err]).toEqual([0, '']);
};

test.each([
  ['deny', 'denied', [{ kind: 'push_denied', by: 'Hedy Lamarr' }]],
  ['approve', 'expired', []],
] as const)(
  'a push that was open in the backup, and answered "%s" since, is %s after the restore',
  async (answer, status, attackSigns) => {
    const store = await openStore({ dataDir: folder });
    const portal = await env.fresh({ app: { store, audit: { keys: auditKeys, sink: null } } });
    const hedy = await signInAgent(portal, HEDY);
    const userId = await personId(portal, GRACE);
    const body = { type: 'push', factorId: await withPush(env, GRACE), choice: allLost };
    const { id, number } = (await hedy.visitor.call('startCallerVerification', { userId }, { body })).body;
    const backup = join(folder, 'backup.sqlite');
    await run('backup', backup);
    await answerPush(env, GRACE, answer, number);
    await portal.close();
    await store.destroy();
    await run('restore', backup);

    const restored = await openStore({ dataDir: folder });
    const again = await env.another({ app: { store: restored, audit: { keys: auditKeys, sink: null } } });
    env.advance(120);
    const agent = await signInAgent(again, HEDY);
    expect((await agent.visitor.call('startCallerVerification', { userId }, { body })).status).toBe(201);
    const person = await agent.visitor.call('getPerson', { userId });
    expect(person.body.attackSigns).toMatchObject(attackSigns);
    expect(person.body.attackSigns).toHaveLength(attackSigns.length);
    const row = restored.selectFrom('caller_verifications').select('status').where('id', '=', id);
    expect(await row.executeTakeFirst()).toEqual({ status });
    await again.close();
    await restored.destroy();
  },
);
