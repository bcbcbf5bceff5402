import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import type { SessionListed } from '#contract/endpoints.ts';
import { sessionQueries } from '../../api/queries.ts';
import { request } from '../../api/client/request.ts';
import { takeInterruptedAction } from '../step-up/interrupted-action.ts';
import { deviceName } from '../../components/ui/device-name.ts';
import { Button } from '../../components/ui/button.tsx';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { EndOtherSessions } from './end-other-sessions.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { stepUpRequirementOf, type StepUpRequirement, StepUpPanel } from '../step-up/step-up-panel.tsx';
import { Badge, RowBody } from '../../components/ui/row.tsx';
import { RelativeTime } from '../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../i18n/translate.tsx';

/** Lists where a person is signed in, and ends sessions. */
export default function SessionsPage(): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(sessionQueries.list());
  const sessions = data.sessions.toSorted(
    (one, other) => Number(other.current) - Number(one.current) || other.lastSeen.localeCompare(one.lastSeen),
  );
  return (
    <>
      <Heading back="list" lead={t('sessions.lead', { count: sessions.length })}>
        {t('sessions.title')}
      </Heading>
      <ul className="rows">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      <section className="more">
        <EndOtherSessions />
      </section>
    </>
  );
}

function SessionRow({ session }: { session: SessionListed }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [requirement, setRequirement] = useState<StepUpRequirement>();
  const { id, current } = session;
  const name = deviceName(t, session) ?? t('sessions.unknown');
  const act = `end-session ${id}`;
  const { mutate, ...ending } = useMutation({
    mutationFn: async () => void (await request('endSession', { params: { id } })),
    onSuccess: () => announce(t('sessions.ended', { name })),
    onError: (error) => setRequirement(stepUpRequirementOf(error)),
  });
  useEffect(() => {
    if (!current && takeInterruptedAction(act)) mutate();
  }, [current, act, mutate]);
  return (
    <li>
      <div className="row">
        <RowBody
          icon="screen"
          name={name}
          badge={session.current && <Badge tone="good">{t('sessions.this_one')}</Badge>}
          end={
            !session.current && (
              <Button busy={ending.isPending || ending.isSuccess} onClick={() => mutate()}>
                {t('sessions.end')}
                <span className="visually-hidden"> {name}</span>
              </Button>
            )
          }
        >
          <Trans
            id={session.current ? 'sessions.since' : 'sessions.seen'}
            values={{ when: <RelativeTime iso={session.current ? session.created : session.lastSeen} /> }}
          />
        </RowBody>
      </div>
      {requirement && !ending.isSuccess && (
        <div className="row-more">
          <h2>{t('step-up.first')}</h2>
          <StepUpPanel requirement={requirement} here="/sessions" resumeAction={act} onStepUp={() => mutate()} />
        </div>
      )}
      {!requirement && <Failure error={ending.error} />}
    </li>
  );
}
