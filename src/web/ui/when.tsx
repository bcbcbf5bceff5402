import { type ReactElement, useEffect, useState } from 'react';
import { now } from '../client/clock.ts';
import { asSaid, exactly, locally } from '../words/dates.ts';
import { useWords } from '../words/words.tsx';
import { useHydrated } from './hydrated.ts';

/**
 * A moment as people say it, with the exact time in its title. The server writes the date, since it cannot know the
 * reader's day.
 */
export function When({ iso }: { iso: string }): ReactElement {
  const t = useWords();
  const hydrated = useHydrated();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={iso} title={hydrated ? locally.moment(iso) : exactly.moment(iso)}>
      {hydrated ? (asSaid(iso, now()) ?? t('since.just_now')) : exactly.day(iso)}
    </time>
  );
}
