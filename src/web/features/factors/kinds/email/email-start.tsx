import type { ReactElement } from 'react';
import { AfterWait, tooSoonUntil } from '../../../../flows/verification/sent/after-wait.tsx';
import { Button } from '../../../../components/ui/button.tsx';
import { SimulatorHint } from '../../../../components/ui/simulator-hint.tsx';
import { Failure } from '../../../../components/failure/failure.tsx';
import { useTranslate } from '../../../../i18n/translate.tsx';
import type { StartProps } from '../../enrollment/steps.ts';

export function EmailStart({ begin, busy, error }: StartProps): ReactElement {
  const t = useTranslate();
  const soon = tooSoonUntil(error);
  return (
    <div className="stack" aria-busy={busy}>
      <p>{t('email.before')}</p>
      {!soon && <Failure error={error} />}
      <div className="actions">
        <AfterWait another at={soon} channel="email">
          <Button variant="button primary" busy={busy} onClick={() => begin({ kind: 'email' })}>
            {t(busy ? 'email.sending' : 'email.send')}
          </Button>
        </AfterWait>
      </div>
      <SimulatorHint />
    </div>
  );
}
