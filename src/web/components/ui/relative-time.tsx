import { type ReactElement, useEffect, useState } from 'react';
import { now } from '../../api/client/clock.ts';
import { useFormats } from '../../i18n/format.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { useHydrated } from './hydrated.ts';

/**
 * The server's text may differ by some seconds or by the time zone. React keeps the server's text while hydrating; then
 * the browser's own element replaces it.
 */
export function RelativeTime({ iso }: { iso: string }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const hydrated = useHydrated();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time
      key={hydrated ? 'browser' : 'server'}
      dateTime={iso}
      title={hydrated ? formats.local.dateTime(iso) : formats.utc.dateTime(iso)}
      suppressHydrationWarning
    >
      {formats.relativeTime(iso, now()) ?? t('app.time.just_now')}
    </time>
  );
}

/** The server renders UTC, because it does not know the person's time zone. */
export function ExactTime({ iso }: { iso: string }): ReactElement {
  const formats = useFormats();
  return <time dateTime={iso}>{(useHydrated() ? formats.local : formats.utc).dateTime(iso)}</time>;
}

/** “14:10” or “tomorrow 14:10”. The server renders the time in UTC. */
export function ClockTime({ iso }: { iso: string }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const isLocal = useHydrated();
  const time = (isLocal ? formats.local : formats.utc).time(iso);
  const isToday = new Date(iso).toDateString() === new Date(now()).toDateString();
  return <time dateTime={iso}>{isToday || !isLocal ? time : t('app.time.tomorrow', { time })}</time>;
}
