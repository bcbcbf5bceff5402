import type { FreezeBody, HelpdeskPerson, SecurityHistoryEntry } from '#contract/helpdesk.ts';
import type { Sessions } from '../../../identity/sessions/sessions.ts';

export type Reported = HelpdeskPerson['reported'][number];

/** `name` is for the audit log. */
type Found = { report: Reported; name: string };

/** Returns null for an unknown action, because a freeze must not fail for this reason. */
export async function findReported(
  services: {
    sessions: Pick<Sessions, 'list'>;
    helpdeskServices: { auditReader: { findEntry(userId: string, id: string): Promise<SecurityHistoryEntry | null> } };
  },
  userId: string,
  named: FreezeBody,
): Promise<Found | null> {
  if (named?.entry !== undefined) {
    const entry = await services.helpdeskServices.auditReader.findEntry(userId, named.entry);
    if (!entry) return null;
    const { id, at, event, kind, agent } = entry;
    return { report: { at, event, kind, by: agent }, name: `${event}${kind ? ` ${kind}` : ''}, row ${id}` };
  }
  if (named?.session === undefined) return null;
  const session = (await services.sessions.list(userId)).find(({ id }) => id === named.session);
  if (!session) return null;
  const at = new Date(session.created_at).toISOString();
  const event = 'user.session.start';
  return { report: { at, event, kind: null, by: null }, name: `${event} at ${at}` };
}
