import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { ApiError } from '#contract/errors.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { AuditLog, Decision } from '../../../records/audit-log/audit-log.ts';
import type { Helpdesk } from '../access/helpdesk.ts';
import type { RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import { readPolicy, type EndpointPolicy } from '../../../http/policies.ts';
import { whileAllowed } from '../access/while-allowed.ts';
import { requireHelpdesk, type HelpdeskRows } from '../access/authorize-operation.ts';
import type { Freezes } from '../freezes/freezes.ts';
import { createToken, isWatching, type WatchServices } from '../search/person-watch.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import type { KnownNames } from '../../../identity/users/known-names.ts';
import { eventsOfKind } from './kinds-of-events.ts';
import type { LogFilter } from '../../../records/audit-log/log-scan.ts';
import { printJsonLines } from './audit-log-export.ts';
import type { AuditReader } from './audit-reader.ts';
import { getLogAccess } from './log-access.ts';
import type { LogPages } from './log-pages.ts';

type Query = RequestContext<'listAuditLog'>['query'];

const isId = (text: string) => /^[A-Za-z0-9]{20}$/.test(text);

function moment(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new ApiError('bad_request');
  return ms;
}

type LogServices = { helpdeskServices: { auditReader: AuditReader; logPages: LogPages; names: KnownNames } };
type ReadServices = LogServices &
  Pick<WatchServices, 'sealer'> & { helpdesk: Helpdesk | null; auditLog: AuditLog; stepUps: Pick<StepUps, 'until'> };
type ExportServices = ReadServices & Parameters<typeof whileAllowed>[0];

/** Returns an empty list if nobody has the login. */
async function findIds(
  { helpdeskServices: { names } }: LogServices,
  typed: string | undefined,
): Promise<string[] | undefined> {
  if (typed === undefined || isId(typed)) return typed === undefined ? undefined : [typed];
  const id = await names.findId(typed);
  return id === null ? [] : [id];
}

async function createLogFilter(
  services: LogServices,
  { agent, person, ticket, kind, outcome, since, until }: Query,
): Promise<LogFilter> {
  return {
    actor: await findIds(services, agent),
    subject: await findIds(services, person),
    ticket: ticket ? [ticket] : undefined,
    event: kind && eventsOfKind[kind],
    ofChanges: kind === 'operation',
    outcome: outcome && [outcome],
    since: since === undefined ? undefined : moment(since),
    until: until === undefined ? undefined : moment(until),
  };
}

/** The row names the filters but not their values. */
const recordReading = ({ auditLog }: ReadServices, operation: Decision, event: AuditEvent, query: object) =>
  auditLog.event(
    operation,
    { event, subject: null },
    { outcome: 'success', reason: freeText(Object.keys(query).join(', ') || 'all') },
  );

async function exported(
  services: ExportServices,
  { operation, query, session }: Pick<RequestContext<'exportAuditLogJsonLines'>, 'operation' | 'query' | 'session'>,
): Promise<AsyncIterable<string>> {
  const { helpdeskServices, auditLog } = services;
  const helpdesk = requireHelpdesk(services);
  const roles = () => helpdesk.getRoles(session.user_id, false);
  const { auditor } = await roles();
  const filter = await createLogFilter(services, query);
  await recordReading(services, operation, 'helpdesk.audit_log.export', query);
  const head = await auditLog.head();
  const role = auditor ? 'auditor' : 'approver';
  // JSON, because in a plain list one filter's value could look like a second filter.
  // An unknown login is replaced by []. Otherwise the empty export would seem to prove that this login has no rows.
  const unknown = {
    ...(filter.actor?.length === 0 && { agent: [] }),
    ...(filter.subject?.length === 0 && { person: [] }),
  };
  const named = Object.keys(query).length > 0 ? JSON.stringify({ ...query, ...unknown }) : 'all';
  const mayRead = async () => helpdesk.readsLog(await roles()).allowed;
  const entries = whileAllowed(services, session, mayRead, helpdeskServices.auditReader.all(filter, head.seq));
  return printJsonLines(entries, { head, keys: auditLog.keys, filter: named, role });
}

const readLog = { ...readPolicy, who: 'log-reader', stepUp: 'audit-log' } as const satisfies EndpointPolicy;

/** An auditor's look at the log is recorded once for each step-up. Further pages and opened lines belong to it. */
export const auditLogRows = {
  getAuditAccess: {
    ...readPolicy,
    who: 'log-reader',
    handler: (context, services: Parameters<typeof getLogAccess>[0]) => getLogAccess(services, context),
  },

  listAuditLog: {
    ...readLog,
    async handler({ session, operation, query: { token, ...query } }, services: ReadServices) {
      const { auditor } = await requireHelpdesk(services).getRoles(session.user_id, false);
      const { before: last, ...look } = query;
      const { operation: opened, ...filters } = look;
      const until = auditor && (await services.stepUps.until(session, 'audit-log', 0));
      const isSame = token !== undefined && isWatching(services, session.id, JSON.stringify([until, filters]), token);
      if (auditor && !isSame) await recordReading(services, operation, 'helpdesk.audit_log.search', query);
      const { logPages } = services.helpdeskServices;
      const before = last === undefined ? null : Number(last);
      const page =
        opened === undefined
          ? await logPages.page(await createLogFilter(services, filters), before)
          : await logPages.ofOperation(opened, before);
      return { ...page, token: isSame ? token : createToken(services, session.id, JSON.stringify([until, look])) };
    },
  },

  exportAuditLogJsonLines: {
    ...readLog,
    event: 'helpdesk.audit_log.export',
    handler: (context, services: ExportServices) => exported(services, context),
  },

  getSecurityHistory: {
    ...readPolicy,
    async handler(
      { session },
      { helpdeskServices }: { helpdeskServices: { auditReader: AuditReader; frozenAt: Freezes['since'] } },
    ) {
      const [entries, frozenAt] = await Promise.all([
        helpdeskServices.auditReader.readHistory(session.user_id),
        helpdeskServices.frozenAt(session.user_id),
      ]);
      return { entries, frozenAt: frozenAt === null ? null : new Date(frozenAt).toISOString() };
    },
  },
} satisfies HelpdeskRows<'getSecurityHistory' | 'getAuditAccess' | 'listAuditLog' | 'exportAuditLogJsonLines'>;
