import { type ComponentType, type ReactElement, useEffect, useState } from 'react';
import { useTranslate } from '../../i18n/translate.tsx';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { useNotice } from '../../components/ui/notice-provider.tsx';

/** What just happened, on the page it led to. */
export function Notice(): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const { notice } = useNotice();
  const [Offer, setOffer] = useState<ComponentType>();
  useEffect(() => {
    if (!notice) return;
    announce(t(notice.id, notice.values));
    // Only here is it needed on the first page, and seldom.
    if (notice.offersEnding)
      void import('../sessions/end-other-sessions.tsx').then(
        ({ EndOtherSessions }) => setOffer(() => EndOtherSessions),
        () => {},
      );
  }, [notice, announce, t]);
  if (!notice) return null;
  return (
    <section className="note good" aria-label={t('notice.label')}>
      <p className="note-head">{t(notice.id, notice.values)}</p>
      {Offer && <Offer />}
    </section>
  );
}
