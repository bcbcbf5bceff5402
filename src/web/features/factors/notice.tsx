import { type ReactElement, useEffect } from 'react';
import { SessionEndOffer } from '../../flows/session-end/session-end-offer.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { useNotice } from '../../components/ui/notice-provider.tsx';

export function Notice(): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const { notice } = useNotice();
  useEffect(() => {
    if (notice) announce(t(notice.id, notice.values));
  }, [notice, announce, t]);
  if (!notice) return null;
  return (
    <section className={`note ${notice.tone ?? 'good'}`} aria-label={t('app.notice.label')}>
      <p className="note-head">{t(notice.id, notice.values)}</p>
      {notice.offersEnding && <SessionEndOffer />}
    </section>
  );
}
