import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { ApiError } from '#contract/errors.ts';
import type { AuditEntry } from '#contract/helpdesk.ts';
import type { AuditEvent } from '../../../records/audit-log/audit-event.ts';
import type { Actor, AuditLog } from '../../../records/audit-log/audit-log.ts';
import type { Helpdesk } from '../access/helpdesk.ts';
import type { RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import { read, type EndpointPolicy } from '../../../http/policies.ts';
import { whileAllowed } from '../access/assert-not-frozen.ts';
import { requireHelpdesk, type HelpdeskRows } from '../access/authorize-operation.ts';
import type { Freezes } from '../freezes/freezes.ts';
import type { KnownNames, NamedUser } from '../../../identity/users/known-names.ts';
import { eventsOfKind } from './kinds-of-events.ts';
import type { LogFilter } from '../../../records/audit-log/log-scan.ts';
import { csvOf, jsonLinesOf, type Signing } from './audit-log-export.ts';
import type { AuditReader } from './audit-reader.ts';
import { logAccessOf } from './log-access.ts';
import type { LogPages } from './log-pages.ts';

type Query = RequestContext<'listAuditLog'>['query'];

const DAY_MS = 24 * 60 * 60_000;
/** The most people whom the beginning of a name may mean, and who are suggested. */
const MEANT = 20;
const SUGGESTED = 8;
const isId = (text: string) => /^[A-Za-z0-9]{20}$/.test(text);
const isDay = (moment: string) => moment.length === 10;

function moment(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new ApiError('bad_request');
  return ms;
}

type Finding = { helpdeskServices: { auditReader: AuditReader; logPages: LogPages; names: KnownNames } };
type Reading = Finding & { helpdesk: Helpdesk | null; auditLog: AuditLog };
type Exporting = Reading & Parameters<typeof whileAllowed>[0];

/**
 * Returns the people whom a typed text means: an id, a login, or the beginning of a name or login. Null: everybody.
 * @param asksOkta whether Okta is asked for a login that the portal never saw
 */
async function meantBy(
  { helpdeskServices }: Finding,
  typed: string | undefined,
  asksOkta: boolean,
): Promise<NamedUser[] | null> {
  const { names } = helpdeskServices;
  if (typed === undefined) return null;
  const as = (id: string): NamedUser[] => [{ id, name: typed, login: typed }];
  if (isId(typed)) return as(typed);
  const begin = await names.beginningWith(typed, MEANT);
  const exact = begin.find(({ login }) => login.toLowerCase() === typed.toLowerCase());
  if (exact || begin.length > 0) return exact ? [exact] : begin;
  const id = asksOkta && typed.includes('@') ? await names.idOf(typed.toLowerCase()) : null;
  return id === null ? [] : as(id);
}
const idsOf = (people: NamedUser[] | null) => people?.map(({ id }) => id);

/** A date as the end of the period includes the whole day. */
async function filterOf(
  services: Finding,
  { agent, person, ticket, kind, outcome, since, until }: Query,
  asksOkta: boolean,
): Promise<{ filter: LogFilter; meant: { agent: NamedUser[] | null; person: NamedUser[] | null } }> {
  const agents = await meantBy(services, agent, asksOkta);
  const people = await meantBy(services, person, asksOkta);
  const filter = {
    actor: idsOf(agents),
    subject: idsOf(people),
    ticket: ticket ? [ticket] : undefined,
    event: kind && eventsOfKind[kind],
    ofChanges: kind === 'operation',
    outcome: outcome && [outcome],
    since: since === undefined ? undefined : moment(since),
    until: until === undefined ? undefined : moment(until) + (isDay(until) ? DAY_MS : 0),
  };
  return { filter, meant: { agent: agents, person: people } };
}
const shown = (people: readonly NamedUser[]) => people.map(({ name, login }) => ({ name, login }));

/** Records that somebody read the log: by which kinds of filters, and never what they typed. */
const recordReading = ({ auditLog }: Reading, actor: Actor, event: AuditEvent, query: object) =>
  auditLog.event(
    actor,
    { event, subject: null },
    { outcome: 'success', reason: freeText(Object.keys(query).join(', ') || 'all') },
  );

type Write = (entries: AsyncIterable<AuditEntry[]>, signing: Signing) => AsyncIterable<string>;
async function exported(
  services: Exporting,
  { actor, query, session }: Pick<RequestContext<'exportAuditLogCsv'>, 'actor' | 'query' | 'session'>,
  write: Write,
): Promise<AsyncIterable<string>> {
  const { helpdeskServices, auditLog } = services;
  const helpdesk = requireHelpdesk(services);
  const roles = () => helpdesk.rolesOf(session.user_id, false);
  const { auditor } = await roles();
  const { filter, meant } = await filterOf(services, query, true);
  await recordReading(services, actor, 'helpdesk.audit_log.export', query);
  const head = await auditLog.head();
  const role = auditor ? 'auditor' : 'approver';
  // JSON, so that no value of a filter reads as another filter, and with the people whom a text found: otherwise an
  // export proves that rows are missing which are there.
  const found = Object.entries(meant).flatMap(([name, people]) =>
    people ? [[name, people.map(({ login }) => login)]] : [],
  );
  const all = { ...query, ...Object.fromEntries(found) };
  const named = Object.keys(query).length > 0 ? JSON.stringify(all) : 'all';
  const signing = { head, keys: auditLog.keys, filter: named, role };
  const mayRead = async () => helpdesk.readsLog(await roles()).allowed;
  return write(whileAllowed(services, session, mayRead, helpdeskServices.auditReader.all(filter, head.seq)), signing);
}

const readLog = { ...read, who: 'whole-log-reader', stepUp: 'audit-log' } as const satisfies EndpointPolicy;

/**
 * The endpoints of the audit log. Approvers and auditors read and export all of it, and what an auditor reads is
 * recorded; agents see their own actions, and everybody their own history.
 */
export const auditLogRows = {
  getAuditAccess: {
    ...read,
    who: 'log-reader',
    handler: (context, services: Parameters<typeof logAccessOf>[0]) => logAccessOf(services, context),
  },

  listAuditLog: {
    ...readLog,
    who: 'log-reader',
    async handler({ session, actor, query }, services: Reading) {
      const helpdesk = requireHelpdesk(services);
      const roles = await helpdesk.rolesOf(session.user_id, false);
      const only = helpdesk.readsLog(roles).allowed ? null : session.user_id;
      if (roles.auditor) await recordReading(services, actor, 'helpdesk.audit_log.search', query);
      // Whom an agent acted on, the portal has seen: her filters cost nothing of Okta's rate limit.
      const { filter, meant } = await filterOf(services, query, only === null);
      const people = Object.values(meant).flatMap((some) => (some && some.length > 1 ? some : []));
      const { logPages } = services.helpdeskServices;
      const before = query.before === undefined ? null : Number(query.before);
      const page =
        query.operation === undefined
          ? await logPages.page(filter, before, only)
          : await logPages.ofOperation(query.operation, before, only);
      // An agent learns of nobody outside her scope.
      return { ...page, people: only === null ? shown(people) : [] };
    },
  },

  findAuditPeople: {
    ...readLog,
    async handler({ session, actor, query }, services: Reading) {
      const { auditor } = await requireHelpdesk(services).rolesOf(session.user_id, false);
      if (auditor) await recordReading(services, actor, 'helpdesk.audit_log.search', query);
      return { people: shown(await services.helpdeskServices.names.beginningWith(query.q, SUGGESTED)) };
    },
  },

  exportAuditLogCsv: {
    ...readLog,
    event: 'helpdesk.audit_log.export',
    handler: (context, services: Exporting) => exported(services, context, csvOf),
  },

  exportAuditLogJsonLines: {
    ...readLog,
    event: 'helpdesk.audit_log.export',
    handler: (context, services: Exporting) => exported(services, context, jsonLinesOf),
  },

  getSecurityHistory: {
    ...read,
    async handler(
      { session },
      { helpdeskServices }: { helpdeskServices: { auditReader: AuditReader; frozenAt: Freezes['since'] } },
    ) {
      const [entries, frozenAt] = await Promise.all([
        helpdeskServices.auditReader.historyOf(session.user_id),
        helpdeskServices.frozenAt(session.user_id),
      ]);
      return { entries, frozenAt: frozenAt === null ? null : new Date(frozenAt).toISOString() };
    },
  },
} satisfies HelpdeskRows<
  | 'getSecurityHistory'
  | 'getAuditAccess'
  | 'listAuditLog'
  | 'findAuditPeople'
  | 'exportAuditLogCsv'
  | 'exportAuditLogJsonLines'
>;
