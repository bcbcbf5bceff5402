// On narrow screens CSS shows the table as cards, and browsers then drop its roles. So the elements name them.
/* oxlint-disable no-redundant-roles, no-interactive-element-to-noninteractive-role */
import type { ReactElement, ReactNode } from 'react';
import type { AuditEntry } from '#contract/helpdesk.ts';
import { useFormats } from '../../../i18n/format.ts';
import { useHydrated } from '../../../components/ui/hydrated.ts';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { eventMessages, isKnownEvent } from '../messages/event-messages.ts';
import helpdesk from '../layout/helpdesk.module.css';
import css from './audit-log.module.css';

/** Intents and outcomes show their type. Other rows are complete by themselves. */
const types: Partial<Record<AuditEntry['type'], MessageId>> = {
  intent: 'helpdesk-audit-log.intent',
  outcome: 'helpdesk-audit-log.outcome',
};

const heads = {
  when: 'helpdesk-audit-log.when',
  what: 'helpdesk-audit-log.what',
  who: 'helpdesk-audit-log.agent',
  whom: 'helpdesk-audit-log.person',
  why: 'helpdesk-audit-log.why',
  where: 'helpdesk-audit-log.where',
} as const satisfies Record<string, MessageId>;

/** Rows of the audit log, newest first: a table on wide screens, cards on narrow ones. */
export function AuditLogTable({ entries }: { entries: readonly AuditEntry[] }): ReactElement {
  const t = useTranslate();
  return (
    <table className={css.table} role="table">
      <caption className="visually-hidden">{t('helpdesk-audit-log.title')}</caption>
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
  const formats = useFormats();
  const hydrated = useHydrated();
  const half = types[one.type];
  return (
    <tr role="row">
      <Cell head={heads.when}>
        <time dateTime={one.at} title={formats.utc.dateTime(one.at)}>
          {hydrated ? formats.local.dateTime(one.at) : formats.utc.dateTime(one.at)}
        </time>
        <span className="fine">{t('helpdesk-audit-log.number', { seq: one.seq })}</span>
      </Cell>
      <Cell head={heads.what}>
        <span className="strong">{isKnownEvent(one.event) ? t(eventMessages[one.event]) : one.event}</span>
        <span className="fine">{[half && t(half), one.outcome, one.kind].filter(Boolean).join(' · ')}</span>
      </Cell>
      <Cell head={heads.who}>
        <Id text={one.actor} />
        {one.approver && (
          <span className="fine">
            {t('helpdesk-audit-log.approver')} <Id text={one.approver} />
          </span>
        )}
      </Cell>
      <Cell head={heads.whom}>
        <Id text={one.subject} />
      </Cell>
      <Cell head={heads.why}>
        {one.ticket && <span className={helpdesk.number}>{one.ticket}</span>}
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

/** CSS shows `data-head` as the heading of a cell in a card. */
function Cell({ head, children }: { head: MessageId; children: ReactNode }): ReactElement {
  const t = useTranslate();
  return (
    <td role="cell" data-head={t(head)}>
      {children}
    </td>
  );
}

const Id = ({ text }: { text: string | null }): ReactElement | null =>
  text === null ? null : <span className={`${helpdesk.number} ${css.id}`}>{text}</span>;
