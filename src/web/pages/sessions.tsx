import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import type { SessionListed } from '#contract/endpoints.ts';
import { sessionQueries } from '../client/queries.ts';
import { request } from '../client/request.ts';
import { takeResume } from '../client/resume.ts';
import { Press } from '../ui/act.tsx';
import { useAnnounce } from '../ui/announce.tsx';
import { EndOthers } from '../ui/end-others.tsx';
import { Failure } from '../ui/failure.tsx';
import { Heading } from '../ui/heading.tsx';
import { needOf, type ProofNeed, ProvePanel } from '../ui/prove-panel.tsx';
import { Badge, RowBody } from '../ui/row.tsx';
import { When } from '../ui/when.tsx';
import { Trans, useTranslate } from '../i18n/translate.tsx';

/** Where a person is signed in, and how to end it. */
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
        <EndOthers />
      </section>
    </>
  );
}

function SessionRow({ session }: { session: SessionListed }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [requirement, setRequirement] = useState<ProofNeed>();
  const { browser, system, id, current } = session;
  const name =
    browser && system ? t('sessions.where', { browser, system }) : (browser ?? system ?? t('sessions.unknown'));
  const act = `end-session ${id}`;
  const { mutate, ...ending } = useMutation({
    mutationFn: async () => void (await request('endSession', { params: { id } })),
    onSuccess: () => announce(t('sessions.ended', { name })),
    onError: (error) => setRequirement(needOf(error)),
  });
  useEffect(() => {
    if (!current && takeResume(act)) mutate();
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
              <Press busy={ending.isPending || ending.isSuccess} onPress={() => mutate()}>
                {t('sessions.end')}
                <span className="unseen"> {name}</span>
              </Press>
            )
          }
        >
          <Trans
            id={session.current ? 'sessions.since' : 'sessions.seen'}
            values={{ when: <When iso={session.current ? session.created : session.lastSeen} /> }}
          />
        </RowBody>
      </div>
      {requirement && !ending.isSuccess && (
        <div className="row-more">
          <h2>{t('step_up.first')}</h2>
          <ProvePanel requirement={requirement} here="/sessions" resume={act} onProved={() => mutate()} />
        </div>
      )}
      {!requirement && <Failure error={ending.error} />}
    </li>
  );
}
