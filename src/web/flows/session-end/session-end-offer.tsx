import { type ComponentType, type ReactElement, useEffect, useState } from 'react';

/**
 * Offers to end all other sessions. It loads the code only when shown, because the offer waits for the server anyway.
 */
export function SessionEndOffer(): ReactElement | null {
  const [Offer, setOffer] = useState<ComponentType>();
  useEffect(() => {
    void import('./end-other-sessions.tsx').then(
      ({ EndOtherSessions }) => setOffer(() => EndOtherSessions),
      () => {},
    );
  }, []);
  return Offer ? <Offer /> : null;
}
