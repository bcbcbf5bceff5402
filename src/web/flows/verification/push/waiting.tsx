import { type ReactElement, useEffect, useEffectEvent, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { takeFocus } from '../../../components/ui/heading.tsx';
import { SimulatorHint } from '../../../components/ui/simulator-hint.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import type { Push } from './push-flow.ts';
import css from '../../../components/code/shown-code.module.css';

/** In ms. A push usually arrives within this time. */
const USUAL_MS = 20_000;

/** After a while the page says to open the app. It also offers a code, if the person has a method that uses codes. */
export function Waiting({
  push: { number, expiresAt },
  trouble,
  onCancel,
  onUseCode,
}: {
  push: Push;
  trouble: unknown;
  onCancel: () => void;
  onUseCode: (() => void) | undefined;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), USUAL_MS);
    return () => clearTimeout(timer);
  }, []);
  const tellLate = useEffectEvent(() => announce(t('push.late')));
  useEffect(() => {
    if (late) return tellLate();
  }, [late]);
  const tellNumber = useEffectEvent((one: number | null) =>
    announce(one === null ? t('push.approve') : t('push.choose_announce', { number: one })),
  );
  useEffect(() => tellNumber(number), [number]);
  return (
    <div className="stack" ref={takeFocus} tabIndex={-1}>
      {number === null ? (
        <p className="strong">{t('push.approve')}</p>
      ) : (
        <div>
          <p className="strong">{t('push.choose')}</p>
          <p className={css.number} translate="no">
            {number}
          </p>
        </div>
      )}
      <p className="fine">
        <Trans id="push.waiting" values={{ left: <Countdown until={expiresAt} /> }} />
      </p>
      {late && <p className="note caution">{t('push.late')}</p>}
      <Failure error={trouble} />
      <div className="actions">
        {late && onUseCode && <Button onClick={onUseCode}>{t('push.use_code')}</Button>}
        <Button onClick={onCancel}>{t('push.cancel')}</Button>
      </div>
      <SimulatorHint />
    </div>
  );
}
