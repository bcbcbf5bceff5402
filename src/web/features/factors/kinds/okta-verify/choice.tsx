import { type ReactElement, type SyntheticEvent, useId, useRef } from 'react';
import { Button } from '../../../../components/ui/button.tsx';
import { SimulatorHint } from '../../../../components/ui/simulator-hint.tsx';
import { Failure } from '../../../../components/failure/failure.tsx';
import { useTranslate } from '../../../../i18n/translate.tsx';
import type { StartProps } from '../../enrollment/steps.ts';
import css from './okta-verify.module.css';

const methods = ['push', 'totp'] as const;

export function Choice({ begin, busy, error, input }: StartProps): ReactElement {
  const t = useTranslate();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const chosen = input?.kind === 'okta-verify' ? input.method : 'push';
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const method = form.current && new FormData(form.current).get('method') === 'totp' ? 'totp' : 'push';
    begin({ kind: 'okta-verify', method });
  };
  return (
    <form method="post" className="stack" ref={form} aria-busy={busy} onSubmit={send}>
      <fieldset className={css.choices}>
        <legend>{t('okta-verify.choose')}</legend>
        {methods.map((method) => (
          <div className={css.choice} key={method}>
            <input
              id={`${id}${method}`}
              type="radio"
              name="method"
              value={method}
              defaultChecked={method === chosen}
              aria-describedby={`${id}${method}-about`}
            />
            <div>
              <label htmlFor={`${id}${method}`}>{t(`okta-verify.choice_${method}`)}</label>
              <p className="fine" id={`${id}${method}-about`}>
                {t(`okta-verify.about_${method}`)}
              </p>
            </div>
          </div>
        ))}
      </fieldset>
      <SimulatorHint />
      <Failure error={error} />
      <div className="actions">
        <Button type="submit" variant="button primary" busy={busy}>
          {t(busy ? 'okta-verify.starting' : 'okta-verify.show')}
        </Button>
      </div>
    </form>
  );
}
