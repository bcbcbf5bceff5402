import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { ApprovalCard } from './approval-card.tsx';
import { approvalPause, helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import css from './approvals.module.css';

export const queries = () => [helpdeskQueries.approvals()];

/** Lists pending and decided approvals, and refetches them regularly. */
export default function ApprovalsPage(): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(helpdeskQueries.approvals());
  useQuery({ ...helpdeskQueries.approvalsWatched(), refetchInterval: approvalPause });
  const open = data.approvals.filter(({ status }) => status === 'waiting');
  const decided = data.approvals.filter(({ status }) => status !== 'waiting');
  return (
    <div className={`${helpdesk.page} ${helpdesk.narrow}`}>
      <Heading lead={t('helpdesk-approvals.lead', { count: open.length })}>{t('helpdesk-approvals.heading')}</Heading>
      <p className={css.own}>
        <Link to="/helpdesk/requests">{t('helpdesk-approvals.own')}</Link>
      </p>
      {open.length > 0 && (
        <ul className={css.cards} aria-label={t('helpdesk-approvals.open')}>
          {open.map((one) => (
            <ApprovalCard key={one.id} approval={one} />
          ))}
        </ul>
      )}
      {decided.length > 0 && (
        <section className={helpdesk.after}>
          <h2>{t('helpdesk-approvals.decided')}</h2>
          <ul className={css.cards}>
            {decided.map((one) => (
              <ApprovalCard key={one.id} approval={one} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
