import '../../look/helpdesk.css';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import deskWords from 'virtual:words/en/desk';
import { pathOf } from '#contract/endpoints.ts';
import { deskEndpoints } from '#contract/helpdesk.ts';
import { Filter, filterFrom } from '../../helpdesk/audit-filter.tsx';
import { AuditTable } from '../../helpdesk/audit-table.tsx';
import { type AuditFilter, deskQueries } from '../../helpdesk/queries.ts';
import { Press } from '../../ui/act.tsx';
import { useAnnounce } from '../../ui/announce.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Heading } from '../../ui/heading.tsx';
import { addWords, useWords } from '../../words/words.tsx';

addWords(deskWords);

/** Answered to whoever may be here; anybody else, a frozen agent too, is told so before they type. */
export const queries = () => [deskQueries.approvals()];

/** The trail of everything, for approvers. What is asked for stands in the address, so that it can be kept and sent. */
export default function AuditPage(): ReactElement {
  const t = useWords();
  const navigate = useNavigate();
  const { search, pathname } = useLocation();
  const filter = filterFrom(new URLSearchParams(search));
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
        <a
          className="quiet"
          href={pathOf<'exportAuditJsonLines'>(deskEndpoints.exportAuditJsonLines, {}, filter)}
          download
        >
          {t('desk.audit_jsonl')}
        </a>
      </p>
      <Trail key={`trail${search}`} filter={filter} />
    </div>
  );
}

/** One page of it, and the ways to older and newer ones. */
function Trail({ filter }: { filter: AuditFilter }): ReactElement {
  const t = useWords();
  const announce = useAnnounce();
  /** Where each page that was left ended, the newest first. */
  const [left, setLeft] = useState<readonly string[]>([]);
  const place = useRef<HTMLDivElement>(null);
  const turned = useRef(false);
  const { data, error, isPending } = useQuery(deskQueries.audit(filter, left.at(-1) ?? null));
  useEffect(() => {
    if (!data) return;
    announce(t('desk.audit_count', { count: data.entries.length }));
    if (turned.current) place.current?.focus();
    turned.current = false;
  }, [data, announce, t]);
  const turn = (to: readonly string[]): void => {
    turned.current = true;
    setLeft(to);
  };
  const next = data?.next;
  return (
    <div className="trail-place" ref={place} tabIndex={-1} aria-busy={isPending}>
      {data && data.entries.length > 0 && <AuditTable entries={data.entries} />}
      {data?.entries.length === 0 && <p className="note caution">{t('desk.audit_none')}</p>}
      <Failure error={error} />
      <div className="acts after">
        {left.length > 0 && <Press onPress={() => turn(left.slice(0, -1))}>{t('desk.audit_newer')}</Press>}
        {next && <Press onPress={() => turn([...left, next])}>{t('desk.audit_older')}</Press>}
      </div>
    </div>
  );
}
