import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpdeskRoles, targetKinds } from '#contract/helpdesk-replies.ts';
import { operations, standardPolicy } from './policy.ts';
import { helpdeskOf, helpdeskSettings } from './settings.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const [agents, approvers, people, others] = [
  '00gAgents00000000001',
  '00gApprovers00000001',
  '00gPeople00000000001',
  '00gOthers00000000001',
] as const;
const whole = {
  HELPDESK_GROUP_ID: agents,
  HELPDESK_APPROVER_GROUP_ID: approvers,
  HELPDESK_SCOPE: `${agents}=${people},${others}`,
};

function read(set: Parameters<typeof helpdeskOf>[0]) {
  const faults: string[] = [];
  return { config: helpdeskOf(set, faults), faults };
}
function policyFile(content: unknown): string {
  const file = join(temporaryFolder(), 'policy.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const withPolicy = (content: unknown) => read({ ...whole, HELPDESK_POLICY: policyFile(content) });

describe('the helpdesk’s settings', () => {
  it('without any, only the demo has a helpdesk', () => {
    const { config, faults } = read({});
    const demo = {
      agentsGroupId: agents,
      approversGroupId: approvers,
      auditorsGroupId: null,
      scope: new Map([[agents, [people]]]),
    };
    expect(faults).toEqual([]);
    expect(helpdeskSettings(config, null)).toBeNull();
    expect(helpdeskSettings(config, demo)).toMatchObject({ ...demo, acr: 'urn:okta:loa:2fa:any', ticketPattern: null });
  });

  it.each([
    ['pairs', `${agents}=${people}, ${others}; ${approvers} = ${people};`],
    ['JSON', JSON.stringify({ [agents]: [people, others], [approvers]: [people] })],
  ])('accept %s as a scope', (_how, HELPDESK_SCOPE) => {
    const { config, faults } = read({ ...whole, HELPDESK_SCOPE });
    expect(faults).toEqual([]);
    expect(helpdeskSettings(config, null)).toMatchObject({
      agentsGroupId: agents,
      approversGroupId: approvers,
      acr: 'phr',
    });
    expect([...config.groups!.scope]).toEqual([
      [agents, [people, others]],
      [approvers, [people]],
    ]);
  });

  it.each([
    [{ HELPDESK_SCOPE: undefined }, /^HELPDESK_SCOPE is missing/],
    [{ HELPDESK_APPROVER_GROUP_ID: undefined }, /^HELPDESK_APPROVER_GROUP_ID is missing/],
    [{ HELPDESK_GROUP_ID: 'Helpdesk' }, /^HELPDESK_GROUP_ID is no group id/],
    [{ HELPDESK_AUDITOR_GROUP_ID: 'Auditors' }, /^HELPDESK_AUDITOR_GROUP_ID is no group id/],
    [{ HELPDESK_AUDITOR_GROUP_ID: approvers }, /^HELPDESK_AUDITOR_GROUP_ID names agents or approvers/],
    [{ HELPDESK_SCOPE: `${agents}=` }, /names nobody/],
    [{ HELPDESK_SCOPE: `${agents}=Everyone` }, /Everyone is no group id/],
    [{ HELPDESK_SCOPE: '{"a":' }, /is no JSON/],
    [{ HELPDESK_APPROVER_EMAIL: 'approvers' }, /^HELPDESK_APPROVER_EMAIL has something/],
    [{ HELPDESK_SCOPE: '{"a":"b"}' }, /is no JSON of the kind/],
    [{ HELPDESK_PRIVILEGED_GROUP_IDS: `${people},Admins` }, /Admins is no group id/],
    [
      { HELPDESK_ACR: 'urn:okta:loa:2fa' },
      /^HELPDESK_ACR is none of phrh, phr, urn:okta:loa:2fa:any, urn:okta:loa:1fa:any$/,
    ],
    [{ HELPDESK_TICKET_PATTERN: '(' }, /^HELPDESK_TICKET_PATTERN is no regular expression/],
    [{ HELPDESK_POLICY: '/nowhere/policy.json' }, /^HELPDESK_POLICY names a file that cannot be read/],
  ])('reject %j', (over, fault) => {
    expect(read({ ...whole, ...over }).faults).toEqual([expect.stringMatching(fault)]);
  });

  it('keep the requirement for the agent’s own step-up', () => {
    const { config } = read({ ...whole, HELPDESK_ACR: 'phrh' });
    expect(helpdeskSettings(config, null)?.acr).toBe('phrh');
  });
});

describe('the policy file', () => {
  it('can deny, require more, and change cells without a star', () => {
    const { config, faults } = withPolicy({
      cells: {
        agent: {
          'in-scope': { resetAll: { allowed: false }, resetOne: { approval: 'always' } },
          privileged: { unfreeze: { allowed: true } },
        },
      },
      limits: { resetsPerAgentHour: 2 },
      callerVerificationTypes: ['own-session', 'push'],
      allowUnverified: false,
    });
    expect(faults).toEqual([]);
    const { cells, limits, callerVerificationTypes, allowUnverified } = config.policy;
    expect(cells.agent['in-scope']).toMatchObject({
      resetAll: { allowed: false },
      resetOne: { allowed: true, approval: 'always' },
    });
    expect([cells.agent.privileged.unfreeze.allowed, limits, callerVerificationTypes, allowUnverified]).toEqual([
      true,
      { ...standardPolicy.limits, resetsPerAgentHour: 2 },
      ['push', 'own-session'],
      false,
    ]);
    expect(standardPolicy.cells.agent['in-scope'].resetAll.allowed).toBe(true);
  });

  it('names itself as the rule of what it forbids, and of nothing else', () => {
    const cells = { agent: { 'in-scope': { resetAll: { allowed: false }, resetOne: { approval: 'always' } } } };
    const { resetAll, resetOne } = withPolicy({ cells }).config.policy.cells.agent['in-scope'];
    expect([resetAll.allowed, resetAll.rule]).toEqual([false, 'policy_file']);
    expect([resetOne.allowed, resetOne.rule, resetOne.approval]).toEqual([true, 'ordinary', 'always']);
  });

  it('cannot loosen any cell with a star', () => {
    const starred = helpdeskRoles.flatMap((role) =>
      targetKinds.flatMap((kind) =>
        operations.map((operation) => ({ role, kind, operation, cell: standardPolicy.cells[role][kind][operation] })),
      ),
    );
    let refused = 0;
    for (const { role, kind, operation, cell } of starred.filter((one) => one.cell.starred)) {
      const change = cell.allowed ? { approval: 'none' } : { allowed: true };
      const { faults, config } = withPolicy({ cells: { [role]: { [kind]: { [operation]: change } } } });
      expect(faults, `${role} ${kind} ${operation}`).toEqual([
        expect.stringContaining(`cells.${role}.${kind}.${operation} would`),
      ]);
      expect(config.policy.cells[role][kind][operation]).toEqual(cell);
      refused += 1;
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('lists all its errors at once', () => {
    const { faults } = withPolicy({
      cells: { agent: { self: { resetAll: { allowed: true } }, peer: { resetOne: { allowed: true } } } },
    });
    expect(faults).toHaveLength(2);
    const malformed = withPolicy({
      cells: { boss: {} },
      limits: { resetsPerAgentHour: 0 },
      callerVerificationTypes: ['voice'],
      more: 1,
    }).faults;
    expect(malformed.length).toBeGreaterThanOrEqual(4);
    expect(malformed.every((fault) => fault.startsWith('HELPDESK_POLICY '))).toBe(true);
    expect(withPolicy('{').faults).toEqual(['HELPDESK_POLICY is no JSON']);
  });
});
