import { ApiError } from '#contract/errors.ts';
import type { AuditEntry } from '#contract/helpdesk.ts';
import type { Head } from '../audit/keys.ts';
import type { Context, Handlers, Rooms } from '../context.ts';
import { whileNotFrozen } from './assert-not-frozen.ts';
import { openDesk } from './at-desk.ts';
import { csvOf, jsonLinesOf } from './trail-export.ts';
import type { TrailFilter } from './trail.ts';

type Query = Context<'listAudit'>['query'];

const DAY_MS = 24 * 60 * 60_000;
const isId = (text: string) => /^[A-Za-z0-9]{20}$/.test(text);
const isDay = (moment: string) => moment.length === 10;

function moment(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new ApiError('bad_request', 'That is no moment.');
  return ms;
}

/**
 * The trail, for whoever works at the desk: approvers read all of it and take it along, an agent sees what she did
 * herself.
 */
export function trailHandlers(rooms: Rooms): Handlers<'listAudit' | 'exportAuditCsv' | 'exportAuditJsonLines'> {
  const { acts, audit } = rooms;

  /** Somebody's id by what was typed, their id or their login. What nobody is called finds nothing. */
  async function idOf(typed: string | undefined): Promise<string | undefined> {
    if (typed === undefined || typed === '' || isId(typed)) return typed || undefined;
    return (await acts.names.idOf(typed.toLowerCase())) ?? typed;
  }

  /** A day as the end of a time means the whole of it. */
  const filterOf = async ({ agent, person, event, since, until }: Query): Promise<TrailFilter> => ({
    agent: await idOf(agent),
    person: await idOf(person),
    event,
    since: since === undefined ? undefined : moment(since),
    until: until === undefined ? undefined : moment(until) + (isDay(until) ? DAY_MS : 0),
  });

  type Write = (entries: AsyncIterable<AuditEntry[]>, head: Head) => AsyncIterable<string>;
  async function exported(
    { actor, query, session }: Context<'exportAuditCsv' | 'exportAuditJsonLines'>,
    write: Write,
  ): Promise<AsyncIterable<string>> {
    const filter = await filterOf(query);
    const named = Object.entries(query)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
    await audit.event(
      actor,
      { event: 'helpdesk.audit.export', subject: null },
      { outcome: 'success', reason: named.slice(0, 300) || 'all' },
    );
    const head = await audit.head();
    return write(whileNotFrozen(rooms, session, acts.trail.all(filter, head.seq)), head);
  }

  return {
    async listAudit({ session, query }) {
      const { duties } = await openDesk(rooms).viewerOf(session.user_id, false);
      const filter = await filterOf(query);
      return acts.trail.page(
        duties.admin ? filter : { ...filter, agent: session.user_id },
        query.before === undefined ? null : Number(query.before),
      );
    },
    exportAuditCsv: async (context) => exported(context, csvOf),
    exportAuditJsonLines: async (context) => exported(context, jsonLinesOf),
  };
}
