import { describe, expect, it } from 'vitest';
import { readHelpdeskConfig, helpdeskSettings } from './settings.ts';

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

function read(set: Parameters<typeof readHelpdeskConfig>[0]) {
  const faults: string[] = [];
  return { config: readHelpdeskConfig(set, faults), faults };
}

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
  ])('reject %j', (over, fault) => {
    expect(read({ ...whole, ...over }).faults).toEqual([expect.stringMatching(fault)]);
  });

  it('let an approver decide without a verified caller, and call back, unless they are off', () => {
    const { config } = read({ ...whole, HELPDESK_UNVERIFIED: 'off', HELPDESK_CALL_BACK: 'off' });
    expect(read(whole).config).toMatchObject({ unverified: true, callBack: true });
    expect(config).toMatchObject({ unverified: false, callBack: false });
  });

  it('keep the requirement for the agent’s own step-up', () => {
    const { config } = read({ ...whole, HELPDESK_ACR: 'phrh' });
    expect(helpdeskSettings(config, null)?.acr).toBe('phrh');
  });
});
