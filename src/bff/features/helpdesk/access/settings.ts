import * as z from 'zod';
import { addressesIn } from '../../../records/notifications/address-list.ts';
import { acrValues } from '../../../identity/step-up/acr.ts';
import { standardPolicy, type HelpdeskPolicy } from './policy.ts';

/** Groups are given by id, because anybody who may create groups can choose a name. */
export type HelpdeskSettings = {
  agentsGroupId: string;
  approversGroupId: string;
  /** Auditors only read the whole audit log. Null: there are none. */
  auditorsGroupId: string | null;
  /** Agents' group → groups of the people whom these agents may help. */
  scope: ReadonlyMap<string, readonly string[]>;
  privilegedGroupIds: readonly string[];
  /** The `acr` of an agent's step-up before a reset. */
  acr: string;
  /** The pattern must match the whole ticket. Null: any text is accepted. */
  ticketPattern: string | null;
  /** These addresses get an email about each request for an approver. */
  approverEmail: readonly string[];
  /** Whether an approver may allow a reset for a caller who was not verified. */
  unverified: boolean;
  callBack: boolean;
  policy: HelpdeskPolicy;
};

type Groups = Pick<HelpdeskSettings, 'agentsGroupId' | 'approversGroupId' | 'auditorsGroupId' | 'scope'>;
/** `groups` is null if no groups are set. Then only the demo has a helpdesk. */
export type HelpdeskConfig = Omit<HelpdeskSettings, keyof Groups | 'acr'> & {
  groups: Groups | null;
  acr: string | null;
};

type Settings = {
  HELPDESK_GROUP_ID?: string | undefined;
  HELPDESK_APPROVER_GROUP_ID?: string | undefined;
  HELPDESK_AUDITOR_GROUP_ID?: string | undefined;
  HELPDESK_SCOPE?: string | undefined;
  HELPDESK_PRIVILEGED_GROUP_IDS?: string | undefined;
  HELPDESK_ACR?: string | undefined;
  HELPDESK_TICKET_PATTERN?: string | undefined;
  HELPDESK_APPROVER_EMAIL?: string | undefined;
  HELPDESK_UNVERIFIED?: 'approver' | 'off' | undefined;
  HELPDESK_CALL_BACK?: 'on' | 'off' | undefined;
};

const isGroupId = (text: string) => /^00g[A-Za-z0-9]{17}$/.test(text);
const listed = (text: string, separator: string) =>
  text
    .split(separator)
    .map((one) => one.trim())
    .filter(Boolean);
const jsonScope = z.record(z.string(), z.array(z.string()));

/** `GROUP=GROUP,GROUP;GROUP=GROUP`, or JSON: `{"GROUP":["GROUP"]}`. */
function parseScope(text: string, faults: string[]): Map<string, string[]> {
  let entries: [string, string[]][];
  if (text.trimStart().startsWith('{')) {
    try {
      entries = Object.entries(jsonScope.parse(JSON.parse(text)));
    } catch {
      faults.push('HELPDESK_SCOPE is no JSON of the kind {"agents’ group":["people’s group"]}');
      return new Map();
    }
  } else {
    entries = listed(text, ';').map((part) => {
      const [agents = '', people = ''] = part.split('=', 2);
      return [agents.trim(), listed(people, ',')];
    });
  }
  for (const [agents, people] of entries) {
    if (people.length === 0)
      faults.push(`HELPDESK_SCOPE names nobody whom ${agents} may help: write AGENTS=PEOPLE,PEOPLE`);
    for (const id of [agents, ...people])
      if (!isGroupId(id)) faults.push(`HELPDESK_SCOPE: ${id} is no group id (00g…)`);
  }
  return new Map(entries);
}

function readGroups(set: Settings, faults: string[]): Groups | null {
  const { HELPDESK_GROUP_ID: agentsGroupId, HELPDESK_APPROVER_GROUP_ID: approversGroupId, HELPDESK_SCOPE: scope } = set;
  const { HELPDESK_AUDITOR_GROUP_ID: auditorsGroupId } = set;
  if ([agentsGroupId, approversGroupId, auditorsGroupId, scope].every((one) => one === undefined)) return null;
  for (const name of ['HELPDESK_GROUP_ID', 'HELPDESK_APPROVER_GROUP_ID'] as const) {
    const id = set[name];
    if (id === undefined) faults.push(`${name} is missing: a helpdesk has agents and approvers`);
    else if (!isGroupId(id)) faults.push(`${name} is no group id (00g…)`);
  }
  if (auditorsGroupId !== undefined && !isGroupId(auditorsGroupId))
    faults.push('HELPDESK_AUDITOR_GROUP_ID is no group id (00g…)');
  if (auditorsGroupId !== undefined && [agentsGroupId, approversGroupId].includes(auditorsGroupId))
    faults.push('HELPDESK_AUDITOR_GROUP_ID names agents or approvers, who cannot be auditors');
  if (scope === undefined) faults.push('HELPDESK_SCOPE is missing: nobody could be helped');
  return {
    agentsGroupId: agentsGroupId ?? '',
    approversGroupId: approversGroupId ?? '',
    auditorsGroupId: auditorsGroupId ?? null,
    scope: parseScope(scope ?? '', faults),
  };
}

export function readHelpdeskConfig(set: Settings, faults: string[]): HelpdeskConfig {
  const groups = readGroups(set, faults);
  const privilegedGroupIds = listed(set.HELPDESK_PRIVILEGED_GROUP_IDS ?? '', ',');
  for (const id of privilegedGroupIds)
    if (!isGroupId(id)) faults.push(`HELPDESK_PRIVILEGED_GROUP_IDS: ${id} is no group id (00g…)`);
  const acr = set.HELPDESK_ACR ?? null;
  if (acr !== null && !(acrValues as readonly string[]).includes(acr))
    faults.push(`HELPDESK_ACR is none of ${acrValues.join(', ')}`);
  const ticketPattern = set.HELPDESK_TICKET_PATTERN ?? null;
  try {
    if (ticketPattern !== null) new RegExp(`^(?:${ticketPattern})$`, 'u');
  } catch {
    faults.push(
      'HELPDESK_TICKET_PATTERN is no regular expression: write one for a whole number, such as INC-[0-9]{4,}',
    );
  }
  const approverEmail = addressesIn('HELPDESK_APPROVER_EMAIL', set.HELPDESK_APPROVER_EMAIL ?? '', faults);
  const [unverified, callBack] = [set.HELPDESK_UNVERIFIED !== 'off', set.HELPDESK_CALL_BACK !== 'off'];
  const policy = standardPolicy;
  return { groups, privilegedGroupIds, acr, ticketPattern, approverEmail, unverified, callBack, policy };
}

/** `demo`: the emulator's groups, null on a real org. */
export function helpdeskSettings(config: HelpdeskConfig, demo: Groups | null): HelpdeskSettings | null {
  const { groups, acr, ...rest } = config;
  const own = groups ?? demo;
  return own && { ...rest, ...own, acr: acr ?? (demo ? 'urn:okta:loa:2fa:any' : 'phr') };
}
