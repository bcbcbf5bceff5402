import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useEffectEvent } from 'react';
import { Link } from 'react-router';
import { approvalPause, helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { takeFocus } from '../../../components/ui/heading.tsx';
import { Withdraw } from '../reset/withdraw.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';

type Waits = {
  at: string;
  onDecided: () => void;
  onWithdrawn: () => void;
};

/** The agent's own request about this person, or the sentence that she withdrew it. */
export default function OwnRequest({ userId, waits }: { userId: string; waits?: Waits }): ReactElement {
  const t = useTranslate();
  if (waits) return <WaitingRequest userId={userId} {...waits} />;
  return (
    <p ref={takeFocus} tabIndex={-1} className="note good">
      {t('helpdesk-withdraw.done')}
    </p>
  );
}

/** Watches the request, so that the page goes on by itself once it is decided; lets her withdraw it. */
function WaitingRequest({ at, userId, onDecided, onWithdrawn }: Waits & { userId: string }): ReactElement {
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
  return (
    <>
      <p>
        <Link to="/helpdesk/requests">{t('helpdesk-withdraw.see')}</Link>
      </p>
      {request?.status === 'waiting' && <Withdraw request={request} onWithdrawn={onWithdrawn} />}
    </>
  );
}
