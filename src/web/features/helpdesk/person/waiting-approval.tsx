import { useQueryClient } from '@tanstack/react-query';
import type { ComponentProps, ReactElement } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Later, type Load } from '../layout/later.tsx';
import type OwnRequest from '../requests/own-request.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';

/** The agent's request while it waits, and what she reads once she withdrew it. */
export const ownRequest: Load<ComponentProps<typeof OwnRequest>> = () => import('../requests/own-request.tsx');

type Waiting = NonNullable<HelpdeskPerson['waitingApproval']>;

/** This person's pending request: by whom, since when and until when. Nothing else is offered meanwhile. */
export function WaitingApproval({
  waiting,
  userId,
  onWithdrawn,
}: {
  waiting: Waiting;
  userId: string;
  onWithdrawn: () => void;
}): ReactElement {
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
      {waiting.own && (
        <Later load={ownRequest} props={{ userId, waits: { at: waiting.at, onDecided: refresh, onWithdrawn } }} />
      )}
    </section>
  );
}
