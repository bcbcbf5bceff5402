import { type ReactElement, useEffect, useEffectEvent, useState } from 'react';
import { now } from '../../../api/client/clock.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';

/** In ms before the expiry. */
const warning = 60_000;

export function ExpiryWarning({ at, onEnd }: { at: string; onEnd: () => void }): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const [near, setNear] = useState(false);
  const warn = useEffectEvent(() => announce(t('enroll.runs_out_announce')));
  useEffect(() => {
    if (near) return warn();
  }, [near]);
  const end = useEffectEvent(() => {
    announce(t('enroll.expired'));
    onEnd();
  });
  useEffect(() => {
    const left = Date.parse(at) - now();
    const timers = [
      setTimeout(() => setNear(true), Math.max(0, left - warning)),
      setTimeout(() => end(), Math.max(0, left)),
    ];
    return () => timers.forEach(clearTimeout);
  }, [at]);
  if (!near) return null;
  return (
    <p className="note caution">
      <Trans id="enroll.runs_out" values={{ left: <Countdown until={at} /> }} />
    </p>
  );
}
