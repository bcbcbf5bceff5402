import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { now } from '../../../../api/client/clock.ts';
import { homeQueries } from '../../../../api/queries.ts';
import { useTranslate } from '../../../../i18n/translate.tsx';
import type { Scanned } from './scanned.ts';

/**
 * Before a new code is made: which entry of the app to delete, or how to finish with it. Another tab may have turned
 * one on since, whose entry has the same name: so this first reads which methods are on.
 * @param forget is called when one is on
 */
export function ScannedNote({
  scanned: { factorId, entry, expiresAt },
  path,
  forget,
}: {
  scanned: Scanned;
  path: string;
  forget: () => void;
}): ReactElement | null {
  const t = useTranslate();
  const [isOpen] = useState(() => expiresAt !== null && Date.parse(expiresAt) > now());
  const { data: home, isSuccess, isFetchedAfterMount } = useQuery({ ...homeQueries.page(), staleTime: 0 });
  const isKnown = isSuccess && isFetchedAfterMount;
  const isOn = isKnown && home.factors.some(({ kind, status }) => status === 'ACTIVE' && path === `/add/${kind}`);
  useEffect(() => {
    if (isOn) forget();
  }, [isOn, forget]);
  if (!isKnown || isOn) return null;
  return (
    <section className="note caution">
      <p className="note-head">{t('enroll.scanned_heading')}</p>
      <p>{t('enroll.scanned_delete', { named: entry ? 'yes' : 'no', entry: entry ?? '' })}</p>
      {isOpen && (
        <p>
          <Link to={`/methods/${factorId}/activate`}>{t('enroll.scanned_enter_code')}</Link>
        </p>
      )}
    </section>
  );
}
