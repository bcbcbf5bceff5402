import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { ApprovalRow, details } from './approval-row.tsx';
import { useApprovalRows } from './use-approval-rows.ts';
import { requestMessage } from '../messages/request-messages.ts';
import { approvalPause, helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import css from './approvals.module.css';

export const queries = () => [helpdeskQueries.approvals()];

export default function ApprovalsPage(): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(helpdeskQueries.approvals());
  useQuery({ ...helpdeskQueries.approvalsWatched(), refetchInterval: approvalPause });
  const { listed, ended, opened, toggle } = useApprovalRows(data.approvals);
  const waiting = listed.filter(({ status }) => status === 'waiting');
  // Loaded in advance, so that the first row opens without a delay.
  useEffect(() => void details().catch(() => undefined), []);
  /** Opens the next request to decide and focuses its row. */
  const goTo = (id: string): void => {
    document.getElementById(id)?.querySelector('button')?.focus();
    toggle(id);
  };
  const renderRows = (approvals: typeof listed): ReactElement => (
    <ul className={`rows ${css.rows}`}>
      {approvals.map((one) => {
        const next = waiting.find(({ id, mine }) => mine && id !== one.id);
        return (
          <ApprovalRow
            key={one.id}
            approval={one}
            opened={one.id === opened}
            onToggle={() => toggle(one.id)}
            next={next ? t(requestMessage(next), { name: next.person.name }) : null}
            onNext={() => next && goTo(next.id)}
          />
        );
      })}
    </ul>
  );
  return (
    <div className={`${helpdesk.page} ${helpdesk.narrow}`}>
      <Heading lead={t('helpdesk-approvals.lead', { count: waiting.length })}>
        {t('helpdesk-approvals.heading')}
      </Heading>
      {listed.length > 0 && (
        <section>
          <h2 className="visually-hidden">{t('helpdesk-approvals.current')}</h2>
          {renderRows(listed)}
        </section>
      )}
      {ended.length > 0 && (
        <section className={helpdesk.after}>
          <h2>{t('helpdesk-approvals.decided')}</h2>
          {renderRows(ended)}
        </section>
      )}
    </div>
  );
}
