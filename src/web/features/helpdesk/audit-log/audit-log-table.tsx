// Drawn as cards, a table would lose its roles: so that they are said.
/* oxlint-disable no-redundant-roles, no-interactive-element-to-noninteractive-role */
import type { ReactElement, ReactNode } from 'react';
import helpdeskMessages from 'virtual:messages/en/helpdesk';
import type { AuditEntry } from '#contract/helpdesk.ts';
import { formatUtc, formatLocal } from '../../../i18n/format.ts';
import { useHydrated } from '../../../components/ui/hydrated.ts';
import { loadMessages, useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { eventMessages, isKnownEvent } from '../messages/event-messages.ts';

loadMessages(helpdeskMessages);

/** What is half of a pair says which; an event is the whole. */
const types: Partial<Record<AuditEntry['type'], MessageId>> = {
  intent: 'helpdesk.audit_intent',
  outcome: 'helpdesk.audit_outcome',
};

const heads = {
  when: 'helpdesk.audit_when',
  what: 'helpdesk.audit_what',
  who: 'helpdesk.audit_agent',
  whom: 'helpdesk.audit_person',
  why: 'helpdesk.audit_why',
  where: 'helpdesk.audit_where',
} as const satisfies Record<string, MessageId>;

/** The audit log, newest first: a table where there is room, and a list of cards where there is none. */
export function AuditLogTable({ entries }: { entries: readonly AuditEntry[] }): ReactElement {
  const t = useTranslate();
  return (
    <table className="audit-log" role="table">
      <caption className="visually-hidden">{t('helpdesk.audit_title')}</caption>
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
  const t = useTranslate();
  const hydrated = useHydrated();
  const half = types[one.type];
  return (
    <tr role="row">
      <Cell head={heads.when}>
        <time dateTime={one.at} title={formatUtc.dateTime(one.at)}>
          {hydrated ? formatLocal.dateTime(one.at) : formatUtc.dateTime(one.at)}
        </time>
        <span className="fine">{t('helpdesk.audit_number', { seq: one.seq })}</span>
      </Cell>
      <Cell head={heads.what}>
        <span className="strong">{isKnownEvent(one.event) ? t(eventMessages[one.event]) : one.event}</span>
        <span className="fine">{[half && t(half), one.outcome, one.kind].filter(Boolean).join(' · ')}</span>
      </Cell>
      <Cell head={heads.who}>
        <Id text={one.actor} />
        {one.approver && (
          <span className="fine">
            {t('helpdesk.audit_approver')} <Id text={one.approver} />
          </span>
        )}
      </Cell>
      <Cell head={heads.whom}>
        <Id text={one.subject} />
      </Cell>
      <Cell head={heads.why}>
        {one.ticket && <span className="number">{one.ticket}</span>}
        {(one.reason || one.callerVerification) && (
          <span className="fine">{[one.reason, one.callerVerification].filter(Boolean).join(' · ')}</span>
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
function Cell({ head, children }: { head: MessageId; children: ReactNode }): ReactElement {
  const t = useTranslate();
  return (
    <td role="cell" data-head={t(head)}>
      {children}
    </td>
  );
}

const Id = ({ text }: { text: string | null }): ReactElement | null =>
  text === null ? null : <span className="id">{text}</span>;
