import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { addresses, type NewPhone } from '#contract/endpoints.ts';
import { newPhoneQueries } from '../../../api/queries.ts';
import { request } from '../../../api/client/request.ts';
import { FactorSummary } from '../../../components/factor/factor-summary.tsx';
import { factorUiOf } from '../../../components/factor/factor-ui.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { Failure } from '../../../components/failure/failure.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { RowBody } from '../../../components/ui/row.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import css from './new-phone.module.css';

type OldPhone = NonNullable<NewPhone['plan']>['phone'];
const answers: readonly OldPhone[] = ['works', 'lost', 'stolen'];

/** Asks what was on the old phone, and what became of it. The second answer makes the plan. */
export function Questions({
  data: { plan, methods, elsewhere },
  focusOnMount,
  onPlanned,
  onKeep,
}: {
  data: NewPhone;
  focusOnMount: boolean;
  onPlanned: () => void;
  /** Goes back to the plan that there is, unchanged. */
  onKeep: () => void;
}): ReactElement {
  const t = useTranslate();
  const nameOf = useMethodName();
  const formats = useFormats();
  const client = useQueryClient();
  // Methods of an earlier plan that are gone stay in it, so that they can be finished.
  const gone = plan?.methods.filter(({ factorId }) => !methods.some(({ factor }) => factor.id === factorId)) ?? [];
  const [chosen, setChosen] = useState<readonly string[]>(
    () =>
      plan?.methods.map(({ factorId }) => factorId) ??
      methods.filter(({ onPhone }) => onPhone).map(({ factor }) => factor.id),
  );
  const navigate = useNavigate();
  const [missing, setMissing] = useState(false);
  const planning = useMutation({
    mutationFn: async (phone: OldPhone) => {
      const body = { phone, factorIds: [...chosen] };
      client.setQueryData(newPhoneQueries.plan().queryKey, await request('planNewPhone', { params: {}, body }));
    },
    onSuccess: onPlanned,
  });
  const toggle = (id: string): void =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);

  if (methods.length === 0 && gone.length === 0)
    return (
      <>
        <Heading back="list" lead={t('new-phone.none')}>
          {t('factors.new_phone.title')}
        </Heading>
        <Link className="button primary" to="/add">
          {t('new-phone.add')}
        </Link>
      </>
    );
  return (
    <>
      <Heading back="list" focusOnMount={focusOnMount} lead={t('new-phone.lead')}>
        {t('factors.new_phone.title')}
      </Heading>
      <div className="stack" aria-busy={planning.isPending}>
        <fieldset className={css.question}>
          <legend>{t('new-phone.which')}</legend>
          <ul className="rows">
            {methods.map(({ factor }) => (
              <li key={factor.id}>
                <label className="row">
                  <input type="checkbox" checked={chosen.includes(factor.id)} onChange={() => toggle(factor.id)} />
                  <RowBody icon={factorUiOf(factor.kind).icon} name={nameOf(factor)}>
                    <FactorSummary factor={factor} />
                  </RowBody>
                </label>
              </li>
            ))}
            {gone.map((method) => (
              <li key={method.factorId}>
                <label className="row">
                  <input
                    type="checkbox"
                    checked={chosen.includes(method.factorId)}
                    onChange={() => toggle(method.factorId)}
                  />
                  <RowBody icon={factorUiOf(method.kind).icon} name={nameOf(method)}>
                    {t(`new-phone.state.${method.state}`)}
                  </RowBody>
                </label>
              </li>
            ))}
          </ul>
        </fieldset>
        {elsewhere.length > 0 && (
          <p className="fine">
            {t('new-phone.elsewhere', { names: formats.list(elsewhere.map(nameOf)), count: elsewhere.length })}
          </p>
        )}
        <section>
          <h2>{t('new-phone.became')}</h2>
          <p className="fine">{t('new-phone.became_about')}</p>
          <div className="actions">
            {answers.map((phone) => (
              <Button
                key={phone}
                variant={phone === 'works' ? 'button primary' : 'button'}
                busy={planning.isPending}
                onClick={() => {
                  if (chosen.length > 0) planning.mutate(phone);
                  // What comes first about a stolen phone needs no plan.
                  else if (phone === 'stolen') void navigate(addresses.stolenPhone);
                  else setMissing(true);
                }}
              >
                {t(`new-phone.phone.${phone}`)}
              </Button>
            ))}
          </div>
          <div role="alert">{missing && chosen.length === 0 && <p className="error">{t('new-phone.choose')}</p>}</div>
          <Failure error={planning.error} />
        </section>
        <div className="actions">
          {plan && (
            <Button variant="text-button" onClick={onKeep}>
              {t('new-phone.keep')}
            </Button>
          )}
          <Link className="text-button" to="/get-help">
            {t('step-up.cannot')}
          </Link>
        </div>
      </div>
    </>
  );
}
