import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { Link, useLocation } from 'react-router';
import type { Approval } from '#contract/helpdesk.ts';
import { sessionState } from '../../../api/client/session-state.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { sessionQueries } from '../../../api/queries.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { getEnd, getEndTime } from '../messages/request-messages.ts';
import { useHeard } from './heard.ts';

/** In ms. */
const pause = 30_000;
const polling = { refetchInterval: pause, refetchIntervalInBackground: true };

/** Adds the number again after each change of the title. */
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

function usePending(isApprover: boolean): number {
  const enabled = (): boolean => isApprover && sessionState.get() === 'active';
  const { data } = useQuery({ ...helpdeskQueries.approvalsWatched(), ...polling, enabled });
  return data?.approvals.filter(({ mine, status }) => mine && status === 'waiting').length ?? 0;
}

/** Outcomes that the reader has not opened, oldest first. */
function useOutcomes(staffId: string): Approval[] {
  const { pathname } = useLocation();
  const heard = useHeard(staffId);
  const { data } = useQuery({ ...helpdeskQueries.requestsWatched(), ...polling });
  const since = Date.parse(data?.since ?? '') || 0;
  const isNews = (one: Approval): boolean =>
    !/^(?:waiting|replaced|reported)$/.test(one.status) &&
    Date.parse(getEndTime(one)) > since &&
    !heard.has(one.id) &&
    pathname !== `/helpdesk/requests/${one.id}`;
  return (data?.requests ?? []).filter(isNews).toReversed();
}

export function PendingApprovals(): ReactElement | null {
  const t = useTranslate();
  const count = usePending(true);
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

/** Shows the only outcome, or the number of outcomes. */
export function RequestOutcomes({ role }: { role: 'agent' | 'approver' }): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  const outcomes = useOutcomes(session?.user.login ?? '');
  useTitleCount(usePending(role === 'approver') + outcomes.length);
  const [first] = outcomes;
  const { length: count } = outcomes;
  const end = first && first.operation === 'reset' && first.methods.length === 0 && first.status === 'done';
  const text =
    first &&
    (count > 1
      ? t('helpdesk-requests.outcomes', { count })
      : t('helpdesk-requests.outcome', { name: first.person.name, end: end ? 'code' : getEnd(first) }));
  useEffect(() => {
    if (text) announce(text);
  }, [text, announce]);
  if (!first) return null;
  return (
    <Link
      className={`badge ${outcomes.every(({ status }) => status === 'done') ? 'good' : 'caution'}`}
      to={`/helpdesk/requests/${first.id}`}
    >
      {text}
    </Link>
  );
}
