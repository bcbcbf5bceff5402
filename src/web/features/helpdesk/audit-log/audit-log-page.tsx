import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, type SyntheticEvent, useEffect, useReducer, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import helpdeskEndpoints from 'virtual:endpoints/helpdesk';
import { fillPath } from '#contract/endpoints.ts';
import { LogLine } from './log-line.tsx';
import { AuditLogFilter } from './audit-log-filter.tsx';
import { filterFrom, createQuery, type AddressFilter } from './audit-filter.ts';
import { now } from '../../../api/client/clock.ts';
import { helpdeskQueries, type AuditFilter } from '../../../api/helpdesk-queries.ts';
import { auditQueries } from '../../../api/audit-queries.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { useHydrated } from '../../../components/ui/hydrated.ts';
import { Later, type Load } from '../layout/later.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import css from './audit-log.module.css';

/** A person without access sees a problem page before they type anything. */
export const queries = () => [auditQueries.access()];

const stepUpPart: Load<Parameters<typeof import('./step-up-to-read.tsx').default>[0]> = () =>
  import('./step-up-to-read.tsx');

const PATH = '/helpdesk/audit-log';

const focusHeading = (): void => document.querySelector<HTMLElement>('main h1')?.focus();

/** The address contains the filter, so that readers can bookmark and share it. */
export default function AuditPage(): ReactElement {
  const t = useTranslate();
  const { search } = useLocation();
  const { data, refetch } = useSuspenseQuery(auditQueries.access());
  const { stepUp } = data;
  const isOver = (): boolean => stepUp !== null && !(Date.parse(stepUp.until ?? '') > now());
  const [, look] = useReducer((times: number) => times + 1, 0);
  /** After the step-up has expired, shown rows stay. A click that would read more shows the step-up instead. */
  const keep = (event: SyntheticEvent): void => {
    if (!isOver()) return;
    event.preventDefault();
    event.stopPropagation();
    focusHeading();
    look();
  };
  const filter = filterFrom(new URLSearchParams(search));
  return (
    <div className={`${helpdesk.page} ${css.page}`}>
      <Heading>{t('helpdesk-audit-log.heading')}</Heading>
      {stepUp && isOver() ? (
        <Later
          load={stepUpPart}
          props={{ stepUp, here: PATH + search, onStepUp: () => void refetch().then(focusHeading) }}
        />
      ) : (
        <div onClickCapture={keep}>
          <AuditLogFilter filter={filter} />
          <Lines key={search} filter={filter} />
        </div>
      )}
    </div>
  );
}

/** The server does not know the reader's time zone, so only the browser renders the list. */
function Lines({ filter }: { filter: AddressFilter }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const hydrated = useHydrated();
  const { local } = useFormats();
  // The days are relative to when the page was opened, so that the list does not change at midnight.
  const [query] = useState(() => createQuery(filter, now()));
  const [look, setLook] = useState<{ filter: AuditFilter; at: number }>({ filter: query, at: 0 });
  const [left, setLeft] = useState<readonly string[]>([]);
  const place = useRef<HTMLDivElement>(null);
  const { data, dataUpdatedAt, error, isPending } = useQuery({
    ...helpdeskQueries.audit(look.filter, left.at(-1) ?? null),
    enabled: hydrated,
  });
  // After another step-up only the token of the newest answer is valid.
  if (dataUpdatedAt > look.at) setLook({ filter: { ...query, token: data?.token }, at: dataUpdatedAt });
  const searched = data?.searchedTo ? t('helpdesk-audit-log.searched', { at: local.dateTime(data.searchedTo) }) : '';
  const whole = left.length === 0 && data?.next === null ? 'yes' : 'no';
  const count = data ? t('helpdesk-audit-log.count', { count: data.lines.length, whole }) : '';
  useEffect(() => {
    if (data) announce(`${count} ${searched}`);
  }, [data, announce, count, searched]);
  const turn = (next: readonly string[]): void => {
    place.current?.focus();
    setLeft(next);
  };
  return (
    <>
      {(hydrated || !(filter.when ?? filter.since ?? filter.until)) && (
        <p className={css.export}>
          {data && data.lines.length > 0 && count}
          <a
            className="text-button"
            href={fillPath<'exportAuditLogJsonLines'>(helpdeskEndpoints.exportAuditLogJsonLines, {}, query)}
            download
          >
            {t('helpdesk-audit-log.jsonl')}
          </a>
        </p>
      )}
      <div className={css.results} ref={place} tabIndex={-1} aria-busy={isPending}>
        {data && data.lines.length > 0 && (
          <ol className={css.lines}>
            {data.lines.map((line) => (
              <LogLine key={line.seq} line={line} look={look.filter} />
            ))}
          </ol>
        )}
        {data?.lines.length === 0 && (
          <p className="note caution">{searched === '' ? t('helpdesk-audit-log.none') : searched}</p>
        )}
        {data && data.lines.length > 0 && searched !== '' && <p className={css.part}>{searched}</p>}
        <HelpdeskFailure error={error} />
        {data && <p className={css.part}>{t('helpdesk-audit-log.zone', { zone: local.zone() })}</p>}
        <div className={`actions ${helpdesk.after}`}>
          {left.length > 0 && <Button onClick={() => turn(left.slice(0, -1))}>{t('helpdesk-audit-log.newer')}</Button>}
          {data?.next && (
            <Button onClick={() => turn([...left, data.next!])}>
              {t(data.searchedTo ? 'helpdesk-audit-log.further' : 'helpdesk-audit-log.older')}
            </Button>
          )}
        </div>
      </div>
    </>
  );
}
