import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslate } from '../../../i18n/translate.tsx';
import { helpdeskQueries } from '../../../api/client/helpdesk-queries.ts';

/** How often the number in the header is asked for, in milliseconds. */
const pause = 30_000;

/** How many approvals wait for this approver; nothing when none does. */
export function PendingApprovals(): ReactElement | null {
  const t = useTranslate();
  const { data } = useQuery({ ...helpdeskQueries.approvalsWatched(), refetchInterval: pause });
  const count = data?.approvals.filter(({ mine, status }) => mine && status === 'waiting').length ?? 0;
  if (count === 0) return null;
  return (
    <>
      {' '}
      <span className="badge caution">
        {count}
        <span className="visually-hidden"> {t('helpdesk-approvals.wait')}</span>
      </span>
    </>
  );
}
