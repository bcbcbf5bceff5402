import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslate } from '../../../i18n/translate.tsx';
import { helpdeskQueries } from '../../../api/client/helpdesk-queries.ts';

/** Milliseconds between two polls for the number in the header. */
const pause = 30_000;

/** Shows how many approvals wait for this approver; nothing if none do. */
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
