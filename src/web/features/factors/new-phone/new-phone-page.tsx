import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { addresses } from '#contract/endpoints.ts';
import { newPhoneQueries } from '../../../api/queries.ts';
import { FrozenChange, useFrozen } from '../../../flows/freeze/frozen-notice.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { useHydrated } from '../../../components/ui/hydrated.ts';
import { SimulatorHint } from '../../../components/ui/simulator-hint.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { HelpdeskLink } from '../../../components/links.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Notice } from '../notice.tsx';
import { movesFrom, computeProgress, readMoves } from '../enrollment/moves.ts';
import { MovingMethod } from './moving-method.tsx';

export default function NewPhonePage(): ReactElement {
  const t = useTranslate();
  const getName = useMethodName();
  const formats = useFormats();
  const { data } = useSuspenseQuery(newPhoneQueries.page());
  // Only this tab knows which methods were there when the page was first opened, and what was tested since.
  const moves = useHydrated() ? readMoves(data) : movesFrom(data);
  if (useFrozen()) return <FrozenChange back="list">{t('factors.new_phone.title')}</FrozenChange>;
  const methods = computeProgress(moves, data);
  const next = methods.find(({ state }) => state !== 'done');
  const isDone = methods.length > 0 && next === undefined;
  return (
    <>
      <Heading
        back="list"
        lead={t(isDone ? 'new-phone.done_lead' : methods.length > 0 ? 'new-phone.lead' : 'new-phone.none')}
      >
        {t(isDone ? 'new-phone.done' : 'factors.new_phone.title')}
      </Heading>
      <Notice />
      <div className="stack">
        {methods.length > 0 && (
          <ul className="rows">
            {methods.map((method) => (
              <li key={method.id}>
                <MovingMethod
                  method={method}
                  isNext={method === next}
                  later={methods.filter((one) => one !== method && one.state === 'open')}
                />
              </li>
            ))}
          </ul>
        )}
        {data.elsewhere.length > 0 && (
          <p className="fine">
            {t('new-phone.elsewhere', {
              names: formats.list(data.elsewhere.map(getName)),
              count: data.elsewhere.length,
            })}
          </p>
        )}
        <div className="actions">
          {isDone && (
            <Link className="button primary" to="/">
              {t('new-phone.finish')}
            </Link>
          )}
          <Link className="button" to="/add">
            {t('new-phone.add')}
          </Link>
        </div>
        {!isDone && (
          <section className="more">
            <h2>{t('new-phone.stuck')}</h2>
            <p>{t('new-phone.stuck_about')}</p>
            <p className="actions">
              <HelpdeskLink className="button" />
              <Link className="button" to={addresses.stolenPhone}>
                {t('new-phone.stolen')}
              </Link>
            </p>
          </section>
        )}
        <SimulatorHint />
      </div>
    </>
  );
}
