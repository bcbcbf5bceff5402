import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { navigate } from 'wouter/use-browser-location';
import helpdeskEndpoints from 'virtual:endpoints/helpdesk';
import { pathOf } from '#contract/endpoints.ts';
import { AuditLogFilter, filterFrom } from './audit-log-filter.tsx';
import { AuditLogTable } from './audit-log-table.tsx';
import { type AuditFilter, helpdeskQueries } from '../../../api/client/helpdesk-queries.ts';
import { useLocation } from '../../../components/location.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import css from './audit-log.module.css';

/** Only staff may read this. So anybody else, a frozen agent too, sees a problem page before typing. */
export const queries = () => [helpdeskQueries.approvals()];

/** The whole audit log, for approvers. The address contains the filter, so that approvers can bookmark and share it. */
export default function AuditPage(): ReactElement {
  const t = useTranslate();
  const { search, pathname } = useLocation();
  const filter = filterFrom(new URLSearchParams(search));
  return (
    <div className={helpdesk.page}>
      <Heading back={{ to: '/helpdesk', text: t('helpdesk.people_title') }} lead={t('helpdesk-audit-log.lead')}>
        {t('helpdesk-audit-log.heading')}
      </Heading>
      <AuditLogFilter
        key={search}
        filter={filter}
        onFilter={(next) => navigate(`${pathname}?${new URLSearchParams(next).toString()}`)}
      />
      <p className={css.exports}>
        <a
          className="text-button"
          href={pathOf<'exportAuditLogCsv'>(helpdeskEndpoints.exportAuditLogCsv, {}, filter)}
          download
        >
          {t('helpdesk-audit-log.csv')}
        </a>
        <a
          className="text-button"
          href={pathOf<'exportAuditLogJsonLines'>(helpdeskEndpoints.exportAuditLogJsonLines, {}, filter)}
          download
        >
          {t('helpdesk-audit-log.jsonl')}
        </a>
      </p>
      <AuditLogPage key={`audit-log${search}`} filter={filter} />
    </div>
  );
}

/** One page of the audit log, with buttons for older and newer rows. */
function AuditLogPage({ filter }: { filter: AuditFilter }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  /** The `next` of each page that the approver went on from. */
  const [left, setLeft] = useState<readonly string[]>([]);
  const place = useRef<HTMLDivElement>(null);
  const turned = useRef(false);
  const { data, error, isPending } = useQuery(helpdeskQueries.audit(filter, left.at(-1) ?? null));
  useEffect(() => {
    if (!data) return;
    announce(t('helpdesk-audit-log.count', { count: data.entries.length }));
    if (turned.current) place.current?.focus();
    turned.current = false;
  }, [data, announce, t]);
  const turn = (to: readonly string[]): void => {
    turned.current = true;
    setLeft(to);
  };
  const next = data?.next;
  return (
    <div className={css.results} ref={place} tabIndex={-1} aria-busy={isPending}>
      {data && data.entries.length > 0 && <AuditLogTable entries={data.entries} />}
      {data?.entries.length === 0 && <p className="note caution">{t('helpdesk-audit-log.none')}</p>}
      <Failure error={error} />
      <div className={`actions ${helpdesk.after}`}>
        {left.length > 0 && <Button onClick={() => turn(left.slice(0, -1))}>{t('helpdesk-audit-log.newer')}</Button>}
        {next && <Button onClick={() => turn([...left, next])}>{t('helpdesk-audit-log.older')}</Button>}
      </div>
    </div>
  );
}
