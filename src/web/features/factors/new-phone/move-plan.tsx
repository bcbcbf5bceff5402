import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { navigate } from 'wouter/use-browser-location';
import type { NewPhone } from '#contract/endpoints.ts';
import { request } from '../../../api/client/request.ts';
import { Failure } from '../../../components/failure/failure.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { SimulatorHint } from '../../../components/ui/simulator-hint.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Notice } from '../notice.tsx';
import { AwayPhone } from './away-phone.tsx';
import { PlannedMethod } from './planned-method.tsx';

/** The plan: each method with how far it is and what to do next. At the end it says what works now. */
export function MovePlan({
  plan: { phone, methods },
  onChange,
}: {
  plan: NonNullable<NewPhone['plan']>;
  onChange: () => void;
}): ReactElement {
  const t = useTranslate();
  const moved = methods.filter(({ state }) => state === 'moved').length;
  const isDone = moved === methods.length;
  const next = methods.find(({ state }) => state !== 'moved');
  const ending = useMutation({
    mutationFn: async () => void (await request('endNewPhone', { params: {} })),
    meta: { leaves: true },
    onSuccess: () => navigate('/'),
  });
  return (
    <>
      <Heading
        back="list"
        lead={isDone ? t('new-phone.done_lead') : t('factors.new_phone.moved', { moved, of: methods.length })}
      >
        {isDone ? t('new-phone.done') : t('factors.new_phone.title')}
      </Heading>
      <Notice />
      {phone !== 'works' && !isDone && <AwayPhone phone={phone} />}
      <div className="stack">
        <ul className="rows">
          {methods.map((method) => (
            <li key={method.factorId}>
              <PlannedMethod method={method} isNext={method === next} />
            </li>
          ))}
        </ul>
        <div className="actions">
          <Button
            variant={isDone ? 'button primary' : 'button'}
            busy={ending.isPending || ending.isSuccess}
            onClick={() => ending.mutate()}
          >
            {t(isDone ? 'new-phone.finish' : 'new-phone.give_up')}
          </Button>
          <Button variant="text-button" onClick={onChange}>
            {t('new-phone.change')}
          </Button>
        </div>
        <Failure error={ending.error} />
        {!isDone && (
          <section className="more">
            <h2>{t('new-phone.stuck')}</h2>
            <p>{t('new-phone.stuck_about')}</p>
            <p>
              <Link className="button" to="/get-help">
                {t('problem.helpdesk')}
              </Link>
            </p>
          </section>
        )}
        <SimulatorHint />
      </div>
    </>
  );
}
