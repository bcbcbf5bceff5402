// Drawn as cards, a table would lose its roles: so that they are said.
/* oxlint-disable no-redundant-roles, no-interactive-element-to-noninteractive-role */
import type { ReactElement } from 'react';
import deskWords from 'virtual:words/en/desk';
import type { AuditEntry } from '#contract/helpdesk.ts';
import { exactly, locally } from '../words/dates.ts';
import { useHydrated } from '../ui/hydrated.ts';
import { addWords, useWords, type WordsId } from '../words/words.tsx';
import { deskEvents, isDeskEvent } from './event-words.ts';

addWords(deskWords);

const types: Record<AuditEntry['type'], WordsId> = {
  intent: 'desk.audit_intent',
  outcome: 'desk.audit_outcome',
  event: 'desk.audit_happened',
};

/** The trail, newest first: a table where there is room, and a list of cards where there is none. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }): ReactElement {
  const t = useWords();
  const hydrated = useHydrated();
  const heads: WordsId[] = ['desk.audit_when', 'desk.audit_what', 'desk.audit_agent', 'desk.audit_person', 'desk.audit_why', 'desk.audit_where'];
  const [when, what, who, whom, why, where] = heads.map((id) => t(id));
  return (
    <table className="trail" role="table">
      <caption className="unseen">{t('desk.audit_title')}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {heads.map((id) => (
            <th key={id} role="columnheader" scope="col">
              {t(id)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {entries.map((one) => (
          <tr key={one.seq} role="row">
            <td role="cell" data-head={when}>
              <time dateTime={one.at} title={exactly.moment(one.at)}>
                {hydrated ? locally.moment(one.at) : exactly.moment(one.at)}
              </time>
              <span className="fine">{t('desk.audit_number', { seq: one.seq })}</span>
            </td>
            <td role="cell" data-head={what}>
              <span className="strong">{isDeskEvent(one.event) ? t(deskEvents[one.event]) : one.event}</span>
              <span className="fine">{[t(types[one.type]), one.outcome, one.kind].filter(Boolean).join(' · ')}</span>
            </td>
            <td role="cell" data-head={who}>
              <Id text={one.actor} />
              {one.approver && (
                <span className="fine">
                  {t('desk.audit_approver')} <Id text={one.approver} />
                </span>
              )}
            </td>
            <td role="cell" data-head={whom}>
              <Id text={one.subject} />
            </td>
            <td role="cell" data-head={why}>
              {one.ticket && <span className="number">{one.ticket}</span>}
              <span className="fine">{[one.reason, one.callerProof].filter(Boolean).join(' · ')}</span>
            </td>
            <td role="cell" data-head={where}>
              <Id text={one.address} />
              {one.requestId && (
                <span className="fine">
                  <Id text={one.requestId} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const Id = ({ text }: { text: string | null }): ReactElement | null => (text === null ? null : <span className="id">{text}</span>);
