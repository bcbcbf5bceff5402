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
 * @param onActive takes the id of a method of this kind that is on
 */
export function ScannedNote({
  scanned: { factorId, entry, expiresAt },
  path,
  onActive,
}: {
  scanned: Scanned;
  path: string;
  onActive: (factorId: string) => void;
}): ReactElement | null {
  const t = useTranslate();
  const [isOpen] = useState(() => expiresAt !== null && Date.parse(expiresAt) > now());
  const { data: home, isSuccess, isFetchedAfterMount } = useQuery({ ...homeQueries.page(), staleTime: 0 });
  const isKnown = isSuccess && isFetchedAfterMount;
  const active = isKnown && home.factors.find(({ kind, status }) => status === 'ACTIVE' && path === `/add/${kind}`);
  useEffect(() => {
    if (active) onActive(active.id);
  }, [active, onActive]);
  if (!isKnown || active) return null;
  return (
    <section className="note caution">
      <p className="note-head">{t('enroll.scanned_heading')}</p>
      <p>{entry === null ? t('enroll.scanned_unnamed') : t('enroll.scanned_delete', { entry })}</p>
      {isOpen && (
        <p>
          {t('enroll.scanned_or')} <Link to={`/methods/${factorId}/activate`}>{t('enroll.scanned_enter_code')}</Link>
        </p>
      )}
    </section>
  );
}
