import {
  helpdeskSettings,
  type HelpdeskConfig,
  type HelpdeskSettings,
} from '#bff/features/helpdesk/access/settings.ts';
import { lackingFor } from '#bff/identity/step-up/requirement.ts';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { User } from '#okta/wire/user.ts';
import { check, ConfigWarning, type ConfigCheck } from './config-check.ts';

/** How many members of each group are checked. */
const LOOKED_AT = 20;
/** An approver can be unfrozen only by another approver, who may need the approval of a third. */
const ENOUGH_APPROVERS = 3;
const AUDITORS = 'HELPDESK_AUDITOR_GROUP_ID';

const getCode = (error: unknown) => (error instanceof OktaError ? (error.code ?? error.status) : null);
const getStatus = (error: unknown) => (error instanceof OktaError ? error.status : null);

/** Each group once, with its setting's name. `isRequired`: the helpdesk cannot work without members of this group. */
function namedGroups({
  agentsGroupId,
  approversGroupId,
  auditorsGroupId,
  scope,
  privilegedGroupIds,
}: HelpdeskSettings) {
  const all: { id: string; setting: string; isRequired: boolean }[] = [
    { id: agentsGroupId, setting: 'HELPDESK_GROUP_ID', isRequired: true },
    { id: approversGroupId, setting: 'HELPDESK_APPROVER_GROUP_ID', isRequired: true },
    ...(auditorsGroupId === null ? [] : [{ id: auditorsGroupId, setting: AUDITORS, isRequired: false }]),
    ...[...scope].flatMap(([agents, people]) =>
      [agents, ...people].map((id) => ({ id, setting: 'HELPDESK_SCOPE', isRequired: false })),
    ),
    ...privilegedGroupIds.map((id) => ({ id, setting: 'HELPDESK_PRIVILEGED_GROUP_IDS', isRequired: false })),
  ];
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index);
}

const canMeet = async (client: OktaClient, userId: string, acr: string): Promise<boolean> =>
  lackingFor(acr, await client.userFactorApi.listFactors({ userId })) === null;

/** `members`: the active people of each group, as far as they were read. */
type Helpdesk = { settings: HelpdeskSettings; client: OktaClient; members: Map<string, User[]> };

async function checkGroups(helpdesk: Helpdesk): Promise<string> {
  const { settings, client, members } = helpdesk;
  const empty: string[] = [];
  const names: string[] = [];
  for (const { id, setting, isRequired } of namedGroups(settings)) {
    try {
      const { name } = await client.groups.getGroup({ groupId: id });
      const { users } = await client.groups.listGroupUsers({ groupId: id, limit: LOOKED_AT });
      members.set(
        id,
        users.filter(({ status }) => status === 'ACTIVE'),
      );
      if (isRequired) names.push(name);
    } catch (error) {
      if (getCode(error) === 'invalid_scope' || getStatus(error) === 403)
        throw new ConfigWarning(
          'they cannot be checked: grant okta.groups.read to the service app, or the right to view groups to the role; the portal itself does without',
        );
      if (getStatus(error) !== 404) throw error;
      throw new Error(`there is no group ${id}: set ${setting} to the id in the group's address at Okta (00g…)`);
    }
    if (members.get(id)!.length > 0) continue;
    if (isRequired)
      throw new Error(
        `${setting} names ${id}, which has no active member: add people to it at Okta, or name another group`,
      );
    empty.push(`${id} (${setting})`);
  }
  if (empty.length > 0)
    throw new ConfigWarning(`nobody is in ${empty.join(', ')}: add people at Okta, or name other groups there`);
  return `${names.join(' and ')} have members, and so have the others`;
}

async function checkApprovers({ settings, members }: Helpdesk): Promise<string> {
  const { length } = members.get(settings.approversGroupId) ?? [];
  if (length < ENOUGH_APPROVERS)
    throw new ConfigWarning(
      `${length} of at least ${ENOUGH_APPROVERS} are active: unfreezing one can take two others; add people to HELPDESK_APPROVER_GROUP_ID's group`,
    );
  return 'there are enough to unfreeze one of them';
}

async function checkAuditors(helpdesk: Helpdesk): Promise<string> {
  const { settings, client, members } = helpdesk;
  const { agentsGroupId, approversGroupId, auditorsGroupId } = settings;
  const both: string[] = [];
  for (const { id, profile } of members.get(auditorsGroupId ?? '') ?? []) {
    const groups = await client.groups.listUserGroups({ userId: id });
    if (groups.some((one) => one.id === agentsGroupId || one.id === approversGroupId)) both.push(profile.login ?? id);
  }
  if (both.length > 0)
    throw new ConfigWarning(
      `${both.join(', ')}: agents and approvers are no auditors: take them out of one group at Okta`,
    );
  return 'none of the auditors is an agent or approver';
}

async function checkUnlock(portal: OktaClient): Promise<string> {
  try {
    // Okta checks rights first, so a call with this unknown id tests the right and changes nothing.
    await portal.users.unlockUser({ userId: '00u00000000000000000' });
  } catch (error) {
    if (getStatus(error) === 404) return 'the credential may end lock-outs, as far as can be checked without a change';
    if (getCode(error) !== 'invalid_scope' && getStatus(error) !== 403) throw error;
    throw new ConfigWarning(
      'the credential may not end lock-outs, so agents cannot unlock anybody: grant okta.users.manage to the service app, and give its role the right to unlock users',
    );
  }
  throw new Error('Okta unlocked an unknown person: this is no org of Okta');
}

async function checkStepUp(helpdesk: Helpdesk): Promise<string> {
  const { settings, client, members } = helpdesk;
  const { agentsGroupId, approversGroupId, auditorsGroupId, acr } = settings;
  const working = [agentsGroupId, approversGroupId, ...(auditorsGroupId === null ? [] : [auditorsGroupId])];
  const who = auditorsGroupId === null ? 'agents and approvers' : 'agents, approvers and auditors';
  const people = new Map(working.flatMap((id) => (members.get(id) ?? []).map((user) => [user.id, user] as const)));
  if (people.size === 0) throw new ConfigWarning('it cannot be checked: no member is known');
  if (acr === 'urn:okta:loa:1fa:any') throw new ConfigWarning('HELPDESK_ACR asks for no second method: set it to phr');
  const able = await Promise.all([...people.keys()].map((userId) => canMeet(client, userId, acr)));
  const unable = able.filter((can) => !can).length;
  const what = acr === 'urn:okta:loa:2fa:any' ? 'second method' : 'phishing-resistant method';
  const asked = `which HELPDESK_ACR (${acr}) asks for: let them add one`;
  const weaker = acr === 'urn:okta:loa:2fa:any' ? '' : ', or set HELPDESK_ACR=urn:okta:loa:2fa:any';
  if (unable === able.length) throw new Error(`none of ${able.length} ${who} has a ${what}, ${asked}${weaker}`);
  if (unable > 0) throw new ConfigWarning(`${unable} of ${able.length} ${who} have no ${what}, ${asked}`);
  return `all of ${able.length} ${who} have a ${what}, as HELPDESK_ACR (${acr}) asks`;
}

/** `client` may read groups, which the portal itself does not need. `portal` has the portal's own rights. */
export function helpdeskChecks(config: HelpdeskConfig, client: OktaClient, portal: OktaClient): ConfigCheck[] {
  const settings = helpdeskSettings(config, null);
  if (!settings) return [];
  const helpdesk: Helpdesk = { settings, client, members: new Map() };
  return [
    check('helpdesk groups', () => checkGroups(helpdesk), 'credential'),
    check('helpdesk approvers', () => checkApprovers(helpdesk), 'helpdesk groups'),
    ...(settings.auditorsGroupId === null
      ? []
      : [check('helpdesk auditors', () => checkAuditors(helpdesk), 'helpdesk groups')]),
    check('helpdesk unlock', () => checkUnlock(portal), 'credential'),
    check('helpdesk step-up', () => checkStepUp(helpdesk), 'helpdesk groups'),
  ];
}
