import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import { now } from '../../../../api/client/clock.ts';
import { useTranslate } from '../../../../i18n/translate.tsx';
import type { Scanned } from './scanned.ts';

/** Before a new code is made: which entry of the app to delete, or how to finish with it. */
export function ScannedNote({ scanned: { factorId, entry, expiresAt } }: { scanned: Scanned }): ReactElement {
  const t = useTranslate();
  const [isOpen] = useState(() => expiresAt !== null && Date.parse(expiresAt) > now());
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
