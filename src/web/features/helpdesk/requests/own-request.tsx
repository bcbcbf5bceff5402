import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useEffectEvent } from 'react';
import { approvalPause, helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Withdraw } from '../reset/withdraw.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';

/** Watches the agent's own request, so that the page goes on by itself once it is decided; lets her withdraw it. */
export default function OwnRequest({
  at,
  userId,
  onDecided,
}: {
  at: string;
  userId: string;
  onDecided: () => void;
}): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const { data } = useQuery({ ...helpdeskQueries.requestsWatched(), refetchInterval: approvalPause });
  const request = data?.approvals.find(({ person, createdAt }) => person.id === userId && createdAt === at);
  const decided = request !== undefined && request.status !== 'waiting' && request.status !== 'approved';
  const goOn = useEffectEvent(() => {
    announce(t('helpdesk-withdraw.waits_over'));
    onDecided();
  });
  useEffect(() => {
    if (decided) goOn();
  }, [decided]);
  return request?.status === 'waiting' ? <Withdraw request={request} onWithdrawn={onDecided} /> : null;
}
