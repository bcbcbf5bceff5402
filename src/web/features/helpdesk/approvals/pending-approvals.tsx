import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { useTranslate } from '../../../i18n/translate.tsx';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';

/** Milliseconds between two polls for the number in the header. */
const pause = 30_000;

/** Puts a number before the title of the tab, and again after each new title. */
function useTitleCount(count: number): void {
  useEffect(() => {
    const title = document.querySelector('title');
    if (count === 0 || !title) return undefined;
    const plain = (): string => document.title.replace(/^\(\d+\) /, '');
    const mark = (): void => {
      if (!document.title.startsWith(`(${count}) `)) document.title = `(${count}) ${plain()}`;
    };
    mark();
    const titles = new MutationObserver(mark);
    titles.observe(title, { childList: true });
    return () => {
      titles.disconnect();
      document.title = plain();
    };
  }, [count]);
}

/** Shows how many approvals wait for this approver; nothing if none do. */
export function PendingApprovals(): ReactElement | null {
  const t = useTranslate();
  const { data } = useQuery({
    ...helpdeskQueries.approvalsWatched(),
    refetchInterval: pause,
    refetchIntervalInBackground: true,
  });
  const count = data?.approvals.filter(({ mine }) => mine).length ?? 0;
  useTitleCount(count);
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
