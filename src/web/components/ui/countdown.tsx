import { type ReactElement, useEffect, useEffectEvent, useState } from 'react';
import { now } from '../../api/client/clock.ts';
import { useFormats } from '../../i18n/format.ts';
import { useHydrated } from './hydrated.ts';

/** Calls `onEnd` once. The server renders the plain time. */
export function Countdown({ until, onEnd }: { until: string; onEnd?: () => void }): ReactElement {
  const formats = useFormats();
  const hydrated = useHydrated();
  const [left, setLeft] = useState(() => secondsUntil(until));
  const end = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    const show = (): void => setLeft(secondsUntil(until));
    show();
    const timer = setInterval(() => {
      show();
      if (Date.parse(until) > now()) return;
      clearInterval(timer);
      end();
    }, 250);
    return () => clearInterval(timer);
  }, [until]);
  return (
    <span className="count" role="timer">
      {hydrated ? asClock(left) : formats.utc.time(until)}
    </span>
  );
}

/** Rounds to the nearest second: our clock may be slightly late, and rounding up would start 15 minutes at `15:01`. */
const secondsUntil = (until: string): number => Math.max(0, Math.round((Date.parse(until) - now()) / 1000));

const asClock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
