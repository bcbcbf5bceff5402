import type { ReactElement } from 'react';
import { useLazyComponent } from '../../components/use-lazy-component.ts';

const load = () => import('./end-other-sessions.tsx').then(({ EndOtherSessions }) => ({ default: EndOtherSessions }));

/** A separate module costs no extra wait, because the offer waits for the server anyway. */
export function SessionEndOffer(): ReactElement | null {
  const { Component } = useLazyComponent(load);
  return Component ? <Component /> : null;
}
