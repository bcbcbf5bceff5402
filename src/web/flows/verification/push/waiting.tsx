import { type ReactElement, useEffect, useRef } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { SimulatorHint } from '../../../components/ui/simulator-hint.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import type { Push } from './push-flow.ts';
import css from '../../../components/code/shown-code.module.css';

/** A pending push: the number to choose, the time left, and a button to cancel. */
export function Waiting({
  push: { number, expiresAt },
  trouble,
  onCancel,
}: {
  push: Push;
  trouble: unknown;
  onCancel: () => void;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  useEffect(() => {
    announce(number === null ? t('push.approve') : t('push.choose_announce', { number }));
  }, [number, announce, t]);
  return (
    <div className="stack" ref={place} tabIndex={-1}>
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
      <Failure error={trouble} />
      <div className="actions">
        <Button onClick={onCancel}>{t('push.cancel')}</Button>
      </div>
      <SimulatorHint />
    </div>
  );
}
