import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { sessionQueries } from '../client/queries.ts';
import { request } from '../client/request.ts';
import { takeResume } from '../client/resume.ts';
import { useTranslate } from '../i18n/translate.tsx';
import { Press } from './act.tsx';
import { useAnnounce } from './announce.tsx';
import { Failure } from './failure.tsx';
import { needOf, type ProofNeed, ProvePanel } from './prove-panel.tsx';

const act = 'end-others';

/** Offers to end every other session, where there are any; asks for a proof on the way when one is needed. */
export function EndOthers(): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const { pathname } = useLocation();
  const { data } = useQuery(sessionQueries.list());
  const [requirement, setRequirement] = useState<ProofNeed>();
  const { mutate, ...ending } = useMutation({
    mutationFn: async () => void (await request('endOtherSessions', { params: {} })),
    onSuccess: () => {
      setRequirement(undefined);
      announce(t('sessions.others_ended'));
    },
    onError: (error) => setRequirement(needOf(error)),
  });
  useEffect(() => {
    if (takeResume(act)) mutate();
  }, [mutate]);

  const others = data?.sessions.filter(({ current }) => !current).length ?? 0;
  if (ending.isSuccess) return <p>{t('sessions.others_ended')}</p>;
  if (others === 0) return null;
  if (requirement)
    return (
      <>
        <h2>{t('step_up.first')}</h2>
        <ProvePanel requirement={requirement} here={pathname} resume={act} onProved={() => mutate()} />
      </>
    );
  return (
    <>
      <p>{t('sessions.others', { count: others })}</p>
      <Press busy={ending.isPending} onPress={() => mutate()}>
        {t('sessions.end_others')}
      </Press>
      <Failure error={ending.error} />
    </>
  );
}
