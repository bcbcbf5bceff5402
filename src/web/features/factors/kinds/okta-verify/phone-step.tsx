import { type ReactElement, useEffect, useEffectEvent, useState } from 'react';
import { Button } from '../../../../components/ui/button.tsx';
import { Countdown } from '../../../../components/ui/countdown.tsx';
import { SimulatorHint } from '../../../../components/ui/simulator-hint.tsx';
import { Failure } from '../../../../components/failure/failure.tsx';
import { Trans, useTranslate } from '../../../../i18n/translate.tsx';
import { Ended } from '../../../../flows/verification/push/ended.tsx';
import type { StepProps } from '../../enrollment/steps.ts';
import { SendLink } from './send-link.tsx';
import { useActivationPoll } from './use-activation-poll.ts';
import css from '../../enrollment/enrollment.module.css';

export function PhoneStep({
  factor,
  activation,
  onActive,
  onRefused,
  onExpired,
  onBack,
  onCancel,
}: Pick<
  StepProps<'poll'>,
  'factor' | 'activation' | 'onActive' | 'onRefused' | 'onExpired' | 'onBack' | 'onCancel'
>): ReactElement {
  const t = useTranslate();
  const { answer, error, over } = useActivationPoll(factor.id);
  const result = answer?.result;
  const until = (answer?.result !== 'ACTIVE' && answer?.expiresAt) || activation.expiresAt;

  const ended = useEffectEvent(() => {
    if (answer?.result === 'ACTIVE') onActive(answer.factor);
    if (answer?.result === 'TIMEOUT') onExpired();
  });
  useEffect(() => ended(), [result]);
  const refused = useEffectEvent(() => void onRefused(error));
  useEffect(() => {
    if (over) refused();
  }, [over]);

  if (result === 'CANCELLED' || result === 'ERROR')
    return (
      <div className="stack">
        <Ended messageId={result === 'ERROR' ? 'okta-verify.failed' : 'okta-verify.cancelled'} />
        <div className="actions">
          <Button variant="button primary" onClick={onBack}>
            {t('enroll.start_over')}
          </Button>
        </div>
      </div>
    );
  return (
    <ol className="steps">
      <li>
        <h2>{t('okta-verify.step1')}</h2>
        <p className="fine">{t('okta-verify.apps')}</p>
        <Picture qr={activation.qr} />
        <SendLink factorId={factor.id} channels={activation.links} onRefused={onRefused} />
        <SimulatorHint />
      </li>
      <li>
        <h2>{t('okta-verify.step2')}</h2>
        <p className="fine">
          <Trans id="okta-verify.waiting" values={{ left: <Countdown until={until} /> }} />
        </p>
        <div className="stack">
          <Failure error={error} />
          <div className="actions">
            <Button onClick={onCancel}>{t('enroll.cancel')}</Button>
          </div>
        </div>
      </li>
    </ol>
  );
}

/** Okta's QR code, served from our own origin. */
function Picture({ qr }: { qr: string }): ReactElement {
  const t = useTranslate();
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  if (failed)
    return (
      <div className={`${css.scan} stack`}>
        <p className="error" role="alert">
          {t('okta-verify.qr_unavailable')}
        </p>
        <Button
          onClick={() => {
            setFailed(false);
            setTries((count) => count + 1);
          }}
        >
          {t('app.retry.now')}
        </Button>
      </div>
    );
  return (
    <div className={css.scan}>
      <div className={css.qr}>
        <img key={tries} src={qr} alt={t('okta-verify.qr')} width={232} height={232} onError={() => setFailed(true)} />
      </div>
    </div>
  );
}
