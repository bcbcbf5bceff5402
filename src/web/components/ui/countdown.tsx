import { type ReactElement, useEffect, useEffectEvent, useState } from 'react';
import { now } from '../../api/client/clock.ts';
import { useFormats } from '../../i18n/format.ts';
import { useHydrated } from './hydrated.ts';

/** Counts down to a time (ISO 8601) as `4:59`, then calls `onEnd` once. The server renders the time itself. */
export function Countdown({ until, onEnd }: { until: string; onEnd?: () => void }): ReactElement {
  const formats = useFormats();
  const hydrated = useHydrated();
  const [left, setLeft] = useState(0);
  const end = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    // Rounded, since our clock can be a little late: rounded up, 15 minutes would begin as `15:01`.
    const show = (): number => {
      const left = Math.max(0, Date.parse(until) - now());
      setLeft(Math.round(left / 1000));
      return left;
    };
    show();
    const timer = setInterval(() => {
      if (show() > 0) return;
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

/** Seconds as `4:05`. */
const asClock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
