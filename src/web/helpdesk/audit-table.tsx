// Drawn as cards, a table would lose its roles: so that they are said.
/* oxlint-disable no-redundant-roles, no-interactive-element-to-noninteractive-role */
import type { ReactElement, ReactNode } from 'react';
import deskWords from 'virtual:words/en/desk';
import type { AuditEntry } from '#contract/helpdesk.ts';
import { exactly, locally } from '../words/dates.ts';
import { useHydrated } from '../ui/hydrated.ts';
import { addWords, useWords, type WordsId } from '../words/words.tsx';
import { deskEvents, isDeskEvent } from './event-words.ts';

addWords(deskWords);

/** What is half of a pair says which; an event is the whole. */
const types: Partial<Record<AuditEntry['type'], WordsId>> = {
  intent: 'desk.audit_intent',
  outcome: 'desk.audit_outcome',
};

const heads = {
  when: 'desk.audit_when',
  what: 'desk.audit_what',
  who: 'desk.audit_agent',
  whom: 'desk.audit_person',
  why: 'desk.audit_why',
  where: 'desk.audit_where',
} as const satisfies Record<string, WordsId>;

/** The trail, newest first: a table where there is room, and a list of cards where there is none. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }): ReactElement {
  const t = useWords();
  return (
    <table className="trail" role="table">
      <caption className="unseen">{t('desk.audit_title')}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {Object.values(heads).map((id) => (
            <th key={id} role="columnheader" scope="col">
              {t(id)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {entries.map((one) => (
          <Entry key={one.seq} entry={one} />
        ))}
      </tbody>
    </table>
  );
}

function Entry({ entry: one }: { entry: AuditEntry }): ReactElement {
  const t = useWords();
  const hydrated = useHydrated();
  const half = types[one.type];
  return (
    <tr role="row">
      <Cell head={heads.when}>
        <time dateTime={one.at} title={exactly.moment(one.at)}>
          {hydrated ? locally.moment(one.at) : exactly.moment(one.at)}
        </time>
        <span className="fine">{t('desk.audit_number', { seq: one.seq })}</span>
      </Cell>
      <Cell head={heads.what}>
        <span className="strong">{isDeskEvent(one.event) ? t(deskEvents[one.event]) : one.event}</span>
        <span className="fine">{[half && t(half), one.outcome, one.kind].filter(Boolean).join(' · ')}</span>
      </Cell>
      <Cell head={heads.who}>
        <Id text={one.actor} />
        {one.approver && (
          <span className="fine">
            {t('desk.audit_approver')} <Id text={one.approver} />
          </span>
        )}
      </Cell>
      <Cell head={heads.whom}>
        <Id text={one.subject} />
      </Cell>
      <Cell head={heads.why}>
        {one.ticket && <span className="number">{one.ticket}</span>}
        {(one.reason || one.callerProof) && (
          <span className="fine">{[one.reason, one.callerProof].filter(Boolean).join(' · ')}</span>
        )}
      </Cell>
      <Cell head={heads.where}>
        <Id text={one.address} />
        {one.requestId && (
          <span className="fine">
            <Id text={one.requestId} />
          </span>
        )}
      </Cell>
    </tr>
  );
}

/** `data-head`: what it is, where there is no head above it. */
function Cell({ head, children }: { head: WordsId; children: ReactNode }): ReactElement {
  const t = useWords();
  return (
    <td role="cell" data-head={t(head)}>
      {children}
    </td>
  );
}

const Id = ({ text }: { text: string | null }): ReactElement | null =>
  text === null ? null : <span className="id">{text}</span>;
