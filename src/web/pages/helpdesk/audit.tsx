import '../../look/helpdesk.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';
import deskWords from 'virtual:words/en/desk';
import { pathOf } from '#contract/endpoints.ts';
import { deskEndpoints } from '#contract/helpdesk.ts';
import { Filter, filterFrom } from '../../helpdesk/audit-filter.tsx';
import { AuditTable } from '../../helpdesk/audit-table.tsx';
import { deskQueries } from '../../helpdesk/queries.ts';
import { Press } from '../../ui/act.tsx';
import { useAnnounce } from '../../ui/announce.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Heading } from '../../ui/heading.tsx';
import { addWords, useWords } from '../../words/words.tsx';

addWords(deskWords);

/** The trail of everything, for approvers. What is asked for stands in the address, so that it can be kept and sent. */
export default function AuditPage(): ReactElement {
  const t = useWords();
  const announce = useAnnounce();
  const navigate = useNavigate();
  const { search, pathname } = useLocation();
  const filter = filterFrom(new URLSearchParams(search));
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage } = useInfiniteQuery(deskQueries.audit(filter));
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  const count = data && entries.length;
  useEffect(() => {
    if (count !== undefined) announce(t('desk.audit_count', { count }));
  }, [count, announce, t]);
  return (
    <div className="desk">
      <Heading back={{ to: '/helpdesk', text: t('desk.people_title') }} lead={t('desk.audit_lead')}>
        {t('desk.audit_heading')}
      </Heading>
      <Filter
        key={search}
        filter={filter}
        onFilter={(next) => void navigate(`${pathname}?${new URLSearchParams(next).toString()}`)}
      />
      <p className="exports">
        <a className="quiet" href={pathOf<'exportAuditCsv'>(deskEndpoints.exportAuditCsv, {}, filter)} download>
          {t('desk.audit_csv')}
        </a>
        <a className="quiet" href={pathOf<'exportAuditJsonLines'>(deskEndpoints.exportAuditJsonLines, {}, filter)} download>
          {t('desk.audit_jsonl')}
        </a>
      </p>
      <div className="trail-place" aria-busy={isPending}>
        {entries.length > 0 && <AuditTable entries={entries} />}
        {count === 0 && <p className="note caution">{t('desk.audit_none')}</p>}
        <Failure error={error} />
        {hasNextPage && (
          <p className="after">
            <Press busy={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              {t('desk.audit_older')}
            </Press>
          </p>
        )}
      </div>
    </div>
  );
}
