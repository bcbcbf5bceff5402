import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'react-router';
import { sessionQueries } from '../../api/queries.ts';
import { useSingleMutation } from '../../api/use-single-mutation.ts';
import { request } from '../../api/client/request.ts';
import { takeInterruptedAction } from '../step-up/interrupted-action.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { Button } from '../../components/ui/button.tsx';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { takeFocus } from '../../components/ui/heading.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { askStepUp } from '../step-up/ask-step-up.ts';
import { StepUpPanel } from '../step-up/step-up-panel.tsx';
import { useStepUp } from '../step-up/use-step-up.ts';

const action = 'end-others';

/** Shows a required step-up first. */
export function EndOtherSessions(): ReactNode {
  const t = useTranslate();
  const announce = useAnnounce();
  const { pathname } = useLocation();
  const { data } = useQuery(sessionQueries.list());
  const { mutate, ...ending } = useSingleMutation({
    mutationFn: async () => {
      await askStepUp('sessions');
      await request('endOtherSessions', { params: {} });
    },
    onSuccess: () => announce(t('sessions.others_ended')),
  });
  const { requirement, failure } = useStepUp(ending);
  useEffect(() => {
    if (takeInterruptedAction(action)) mutate();
  }, [mutate]);

  const count = data?.sessions.filter(({ current }) => !current).length ?? 0;
  if (ending.isSuccess)
    return (
      <p ref={takeFocus} tabIndex={-1}>
        {t('sessions.others_ended')}
      </p>
    );
  if (count === 0) return null;
  if (requirement)
    return (
      <StepUpPanel
        focusOnMount
        requirement={requirement}
        here={pathname}
        resumeAction={action}
        onStepUp={() => mutate()}
      />
    );
  return (
    <>
      <p>{t('sessions.others', { count })}</p>
      <Button busy={ending.isPending} onClick={() => mutate()}>
        {t('sessions.end_others')}
      </Button>
      <Failure error={failure} />
    </>
  );
}
