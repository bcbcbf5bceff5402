import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useEffect, useEffectEvent } from 'react';
import { Link } from 'react-router';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { approvalPause, helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Withdraw } from '../reset/withdraw.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';

type Waiting = NonNullable<HelpdeskPerson['waitingApproval']>;

/** The request about this person that waits: by whom, since when and until when. Nothing else is offered meanwhile. */
export function WaitingApproval({ waiting, userId }: { waiting: Waiting; userId: string }): ReactElement {
  const t = useTranslate();
  const client = useQueryClient();
  const refresh = (): void => void client.invalidateQueries(helpdeskQueries.person(userId));
  return (
    <section className="note caution" aria-labelledby="waits">
      <h2 className="note-head" id="waits">
        {t('helpdesk-person.waits')}
      </h2>
      <p>
        <Trans
          id={waiting.own ? 'helpdesk-person.waits_own' : 'helpdesk-person.waits_by'}
          values={{
            by: waiting.by,
            when: <RelativeTime iso={waiting.at} />,
            left: <Countdown until={waiting.expiresAt} onEnd={refresh} />,
          }}
        />{' '}
        {t('helpdesk-person.waits_about')}
      </p>
      {waiting.own && <OwnRequest at={waiting.at} userId={userId} onDecided={refresh} />}
    </section>
  );
}

/** Watches the agent's own request, so that the page goes on by itself once it is decided. */
function OwnRequest({ at, userId, onDecided }: { at: string; userId: string; onDecided: () => void }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const { data } = useQuery({ ...helpdeskQueries.requestsWatched(), refetchInterval: approvalPause });
  const request = data?.approvals.find(({ person, createdAt }) => person.id === userId && createdAt === at);
  const decided = request !== undefined && request.status !== 'waiting' && request.status !== 'approved';
  const goOn = useEffectEvent(() => {
    announce(t('helpdesk-person.waits_over'));
    onDecided();
  });
  useEffect(() => {
    if (decided) goOn();
  }, [decided]);
  return (
    <>
      <p>
        <Link to="/helpdesk/requests">{t('helpdesk-person.waits_see')}</Link>
      </p>
      {request?.status === 'waiting' && <Withdraw request={request} onWithdrawn={onDecided} />}
    </>
  );
}
