import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { helpdeskRoles, targetKinds } from '#contract/helpdesk-replies.ts';
import { ADA, FRANCES, GRACE, HEDY, KATHERINE, startTestEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { refusalsIn } from '../../../records/audit-log/refusals.ts';
import { operations, standardPolicy, type Role, type TargetKind } from './policy.ts';
import { helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';
import { probes, type Walker } from '../testing/probes.ts';

/** `scripts/helpdesk.test.ts` compares each cell with the table of docs/helpdesk.md. */
const cells = helpdeskRoles.flatMap((role) =>
  targetKinds.flatMap((kind) =>
    operations.map((operation) => ({ role, kind, operation, ...standardPolicy.cells[role][kind][operation] })),
  ),
);

describe('through HTTP', () => {
  let env: TestEnv;
  let portal: Portal;
  const people = {} as Record<
    'nobody' | 'target' | 'agent' | 'approver' | 'auditor' | 'peer' | 'above' | 'in-scope' | 'privileged' | 'outside',
    Walker
  >;
  const visitors = {} as Record<Role, Visitor>;

  beforeAll(async () => {
    env = await startTestEnv();
    const { groups } = env.emulator;
    const privileged = '00gPrivi1eged0000001';
    portal = await env.fresh({
      app: { helpdesk: helpdeskOfDemo(env, { scope: [groups.engineering], privilegedGroupIds: [privileged] }) },
    });
    const places = {
      nobody: [GRACE, [groups.engineering]],
      target: [KATHERINE, [groups.engineering]],
      agent: [HEDY, [groups.engineering, groups.helpdesk]],
      approver: ['admin@example.com', [groups.engineering, groups.helpdeskApprovers]],
      auditor: [FRANCES, [groups.engineering, groups.auditors]],
      peer: ['margaret@example.com', [groups.engineering, groups.helpdesk]],
      above: ['radia@example.com', [groups.engineering, groups.helpdeskApprovers]],
      privileged: ['dorothy@example.com', [groups.engineering, privileged]],
      'in-scope': [ADA, [groups.engineering]],
    } as const;
    for (const [place, [login, ids]] of Object.entries(places)) {
      const id = await personId(portal, login);
      people[place as keyof typeof places] = { login, id };
      const body = ids.map((one) => ({ id: one, type: 'OKTA_GROUP', profile: { name: one } }));
      await env.fault({ match: `GET /api/v1/users/${id}/groups`, times: 1_000_000, status: 200, body });
    }
    for (const role of helpdeskRoles) visitors[role] = await portal.signedIn(people[role].login);
  });
  afterAll(() => env.close());

  const readTarget = (role: Role, kind: TargetKind): Walker => (kind === 'self' ? people[role] : people[kind]);

  test.each(cells)(
    '$role, $kind: $operation is allowed: $allowed',
    async ({ role, kind, operation, allowed, rule }) => {
      const target = readTarget(role, kind);
      const probe = probes[operation];
      const reply = await probe.send({ portal, who: visitors[role], actor: people[role], target });
      expect([said(reply), probe.passed(reply, target)]).toEqual([expect.any(String), allowed]);
      if (allowed) return;
      // Only staff members learn which rule denied the operation.
      if (role === 'agent' || role === 'approver') {
        // The role check runs before the policy and names no rule.
        expect([said(reply), reply.body.error.rule]).toEqual(
          said(reply) === '403 forbidden' ? ['403 forbidden', undefined] : ['403 out_of_policy', rule],
        );
      } else expect(said(reply)).toBe('403 forbidden');
    },
  );

  test.each(operations)('%s of a person outside every scope answers as for an unknown person', async (operation) => {
    await env.clearFaults();
    portal.app.services.helpdesk!.forget();
    const outside: Walker = { login: 'admin@example.com', id: people.approver.id };
    const probe = probes[operation];
    const reply = await probe.send({ portal, who: visitors.agent, actor: people.agent, target: outside });
    const none = await probe.send({
      portal,
      who: visitors.agent,
      actor: people.agent,
      target: { login: 'none@example.com', id: '00u00000000000000000' },
    });
    const seen = ({ status, body }: typeof reply) => [status, body?.error?.code, body?.error?.rule, body?.people];
    expect(probe.passed(reply, outside)).toBe(false);
    expect(seen(reply)).toEqual(seen(none));
  });

  test('every refusal is in the audit log', async () => {
    // After 30 refusals of a person in a minute, the portal only counts. `close` writes the count.
    await portal.app.services.refusals.close();
    const rows = await portal.auditRows({ event: 'helpdesk.refused' }, 'reason', 'subject', 'request_id');
    const refused = cells.filter(({ allowed, operation }) => !allowed && operation !== 'search');
    expect(rows.reduce((sum, row) => sum + refusalsIn(row), 0)).toBeGreaterThanOrEqual(refused.length);
    expect(rows.every(({ subject }) => subject !== null)).toBe(true);
  });
});
