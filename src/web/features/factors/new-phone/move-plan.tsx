import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { addresses, type MovingMethod, type NewPhone } from '#contract/endpoints.ts';
import { request } from '../../../api/client/request.ts';
import { Failure } from '../../../components/failure/failure.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useNotice } from '../../../components/ui/notice-provider.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { SimulatorHint } from '../../../components/ui/simulator-hint.tsx';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import { Notice } from '../notice.tsx';
import { leadsOn, PlannedMethod } from './planned-method.tsx';

/** The plan: each method with how far it is and what to do next. At the end it says what works now. */
export function MovePlan({
  data,
  plan: { phone, methods },
  focusOnMount,
  onChange,
}: {
  data: NewPhone;
  plan: NonNullable<NewPhone['plan']>;
  focusOnMount: boolean;
  onChange: () => void;
}): ReactElement {
  const t = useTranslate();
  const navigate = useNavigate();
  const moved = methods.filter(({ state }) => state === 'moved').length;
  const isDone = moved === methods.length;
  const [asksEnd, setAsksEnd] = useState(false);
  const notice = useNotice();
  const ending = useMutation({
    mutationFn: async () => {
      await request('endNewPhone', { params: {} });
      if (!isDone) notice.showOnNextPage({ id: 'new-phone.given_up' });
    },
    meta: { closesPage: true },
    onSuccess: () => void navigate('/'),
  });
  const end = (variant: string, text: MessageId): ReactElement => (
    <Button variant={variant} busy={ending.isPending || ending.isSuccess} onClick={() => ending.mutate()}>
      {t(text)}
    </Button>
  );
  const isGone = phone !== 'works';
  const needsHelp = isGone && !isDone && isStronger(methods, data.methods);
  const next = needsHelp ? undefined : methods.find((method) => leadsOn(method, isGone));
  return (
    <>
      <Heading
        back="list"
        focusOnMount={focusOnMount}
        lead={isDone ? t('new-phone.done_lead') : t('factors.new_phone.moved', { moved, of: methods.length })}
      >
        {isDone ? t('new-phone.done') : t('factors.new_phone.title')}
      </Heading>
      <Notice />
      {isGone && !isDone && (
        <section className="note caution">
          <p className="note-head">{t(`new-phone.${phone}_first`)}</p>
          <p>
            <Link to={addresses.stolenPhone}>{t('new-phone.away')}</Link>
          </p>
        </section>
      )}
      {needsHelp && (
        <section className="panel">
          <p className="note-head">{t('new-phone.all_on_phone')}</p>
          <Stuck isMain />
        </section>
      )}
      <div className="stack">
        <ul className="rows">
          {methods.map((method) => (
            <li key={method.factorId}>
              <PlannedMethod method={method} isNext={method === next} />
            </li>
          ))}
        </ul>
        <div className="actions">
          {isDone && end('button primary', 'new-phone.finish')}
          <Button variant={isDone ? 'text-button' : 'button'} onClick={onChange}>
            {t('new-phone.change')}
          </Button>
          {!isDone && !asksEnd && (
            <Button variant="text-button" onClick={() => setAsksEnd(true)}>
              {t('new-phone.give_up')}
            </Button>
          )}
        </div>
        {asksEnd && (
          <section className="panel">
            <p className="note-head">{t('new-phone.give_up_sure')}</p>
            <p>{t('new-phone.give_up_about')}</p>
            <div className="actions">
              {end('button danger', 'new-phone.give_up')}
              <Button onClick={() => setAsksEnd(false)}>{t('new-phone.keep')}</Button>
            </div>
          </section>
        )}
        <Failure error={ending.error} />
        {!isDone && !needsHelp && (
          <section className="more">
            <h2>{t('new-phone.stuck')}</h2>
            <Stuck />
          </section>
        )}
        <SimulatorHint />
      </div>
    </>
  );
}

/** Whoever has only weaker methods left cannot go on alone. */
function Stuck({ isMain = false }: { isMain?: boolean }): ReactElement {
  const t = useTranslate();
  return (
    <>
      <p>{t('new-phone.stuck_about')}</p>
      <p className="actions">
        <Link className={isMain ? 'button primary' : 'button'} to="/get-help">
          {t('problem.helpdesk')}
        </Link>
      </p>
    </>
  );
}

/** Whether a method that is still on the old phone is stronger than all that are known to work without it. */
function isStronger(planned: readonly MovingMethod[], methods: NewPhone['methods']): boolean {
  const isLeft = ({ factor: { id } }: NewPhone['methods'][number]): boolean =>
    planned.some(({ factorId, state, way }) => factorId === id && state !== 'moved' && way !== 'keep');
  const strengths = (left: boolean): number[] =>
    methods.filter((one) => isLeft(one) === left).map(({ factor }) => factor.strength);
  return Math.max(0, ...strengths(true)) > Math.max(0, ...strengths(false));
}
