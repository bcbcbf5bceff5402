import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useEffect, useEffectEvent, useId } from 'react';
import { Link } from 'react-router';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { approvalPause, helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { isOpen } from '../messages/request-messages.ts';

type Waiting = HelpdeskPerson['waitingApprovals'][number];

/** Only the agent who asked can replace the request. That agent's page continues automatically after the decision. */
export function WaitingApproval({ waiting, userId }: { waiting: Waiting; userId: string }): ReactElement {
  const t = useTranslate();
  const id = useId();
  const client = useQueryClient();
  const refresh = (): void => void client.invalidateQueries(helpdeskQueries.person(userId));
  const { data } = useQuery({
    ...helpdeskQueries.requestsWatched(),
    enabled: waiting.own,
    refetchInterval: approvalPause,
  });
  const request = data?.requests.find(({ id: one }) => one === waiting.id);
  const decided = request !== undefined && !isOpen(request);
  // After the refetch, the page's header shows the decision.
  const goOn = useEffectEvent(refresh);
  useEffect(() => {
    if (decided) goOn();
  }, [decided]);
  return (
    <section className="note caution" aria-labelledby={id}>
      <h2 className="note-head" id={id}>
        {waiting.id === null ? (
          t(`helpdesk-person.waits_${waiting.operation}`)
        ) : (
          <Link to={waiting.own ? `/helpdesk/requests/${waiting.id}` : `/helpdesk/approvals?open=${waiting.id}`}>
            {t(`helpdesk-person.waits_${waiting.operation}`)}
          </Link>
        )}
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
        {waiting.own
          ? t('helpdesk-person.waits_replace')
          : t('helpdesk-person.waits_about', { operation: waiting.operation })}
      </p>
    </section>
  );
}
