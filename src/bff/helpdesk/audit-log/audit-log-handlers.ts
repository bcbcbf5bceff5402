import { ApiError } from '#contract/errors.ts';
import type { AuditEntry } from '#contract/helpdesk.ts';
import type { Head } from '../../audit-log/keys.ts';
import type { AuditLog } from '../../audit-log/audit-log.ts';
import type { Helpdesk } from '../access/helpdesk.ts';
import type { RequestContext } from '../../http/endpoints/endpoint-row.ts';
import { read } from '../../http/policies.ts';
import { whileNotFrozen } from '../freezes/assert-not-frozen.ts';
import { requireHelpdesk, type HelpdeskRows } from '../access/authorize-operation.ts';
import type { Freezes } from '../freezes/freezes.ts';
import type { KnownNames } from '../search/known-names.ts';
import { csvOf, historyCsvOf, jsonLinesOf } from './audit-log-export.ts';
import type { AuditFilter, AuditReader } from './audit-reader.ts';

type Query = RequestContext<'listAuditLog'>['query'];

const DAY_MS = 24 * 60 * 60_000;
const isId = (text: string) => /^[A-Za-z0-9]{20}$/.test(text);
const isDay = (moment: string) => moment.length === 10;

function moment(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new ApiError('bad_request');
  return ms;
}

type Finding = { helpdeskServices: { auditReader: AuditReader; names: KnownNames } };
type Reading = Finding & { helpdesk: Helpdesk | null };
type Exporting = Finding & Parameters<typeof whileNotFrozen>[0] & { auditLog: AuditLog };

/** Returns the id of a person from typed text, an id or a login. An unknown login gives an id that matches no row. */
async function idOf({ helpdeskServices }: Finding, typed: string | undefined): Promise<string | undefined> {
  if (typed === undefined || typed === '' || isId(typed)) return typed || undefined;
  return (await helpdeskServices.names.idOf(typed.toLowerCase())) ?? typed;
}

/** A date as the end of the period includes the whole day. */
const filterOf = async (services: Finding, { agent, person, event, since, until }: Query): Promise<AuditFilter> => ({
  agent: await idOf(services, agent),
  person: await idOf(services, person),
  event,
  since: since === undefined ? undefined : moment(since),
  until: until === undefined ? undefined : moment(until) + (isDay(until) ? DAY_MS : 0),
});

type Write = (entries: AsyncIterable<AuditEntry[]>, head: Head) => AsyncIterable<string>;
async function exported(
  services: Exporting,
  { actor, query, session }: Pick<RequestContext<'exportAuditLogCsv'>, 'actor' | 'query' | 'session'>,
  write: Write,
): Promise<AsyncIterable<string>> {
  const { helpdeskServices, auditLog } = services;
  const filter = await filterOf(services, query);
  const named = Object.entries(query)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  await auditLog.event(
    actor,
    { event: 'helpdesk.audit_log.export', subject: null },
    { outcome: 'success', reason: named.slice(0, 300) || 'all' },
  );
  const head = await auditLog.head();
  return write(whileNotFrozen(services, session, helpdeskServices.auditReader.all(filter, head.seq)), head);
}

/**
 * The endpoints of the audit log. Approvers read and export all of it; agents see their own actions, and everybody
 * their own history.
 */
export const auditLogRows = {
  listAuditLog: {
    ...read,
    who: 'staff',
    async handler({ session, query }, services: Reading) {
      const { roles } = await requireHelpdesk(services).staffOf(session.user_id, false);
      const filter = await filterOf(services, query);
      return services.helpdeskServices.auditReader.page(
        roles.admin ? filter : { ...filter, agent: session.user_id },
        query.before === undefined ? null : Number(query.before),
      );
    },
  },

  exportAuditLogCsv: {
    ...read,
    who: 'admin',
    handler: (context, services: Exporting) => exported(services, context, csvOf),
  },

  exportAuditLogJsonLines: {
    ...read,
    who: 'admin',
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

  exportSecurityHistory: {
    ...read,
    handler: async ({ session }, { helpdeskServices }: { helpdeskServices: { auditReader: AuditReader } }) =>
      historyCsvOf(helpdeskServices.auditReader.wholeHistoryOf(session.user_id)),
  },
} satisfies HelpdeskRows<
  'getSecurityHistory' | 'exportSecurityHistory' | 'listAuditLog' | 'exportAuditLogCsv' | 'exportAuditLogJsonLines'
>;
