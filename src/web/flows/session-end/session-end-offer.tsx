import { type ComponentType, type ReactElement, useEffect, useState } from 'react';
import { loadWithMessages } from '../../i18n/load-messages.ts';
import { useLocale } from '../../i18n/translate.tsx';

/**
 * Offers to end all other sessions. It loads the code only when shown, because the offer waits for the server anyway.
 */
export function SessionEndOffer(): ReactElement | null {
  const locale = useLocale();
  const [Offer, setOffer] = useState<ComponentType>();
  useEffect(() => {
    void loadWithMessages(() => import('./end-other-sessions.tsx'), locale, ['sessions']).then(
      ({ EndOtherSessions }) => setOffer(() => EndOtherSessions),
      () => {},
    );
  }, [locale]);
  return Offer ? <Offer /> : null;
}
