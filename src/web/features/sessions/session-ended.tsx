import { type ReactElement, useEffect } from 'react';
import { useSessionState } from '../../api/client/session-state.ts';
import { useLazyComponent } from '../../components/use-lazy-component.ts';

const loadDialog = () => import('./ended-dialog.tsx');

/** Loads on demand, because few pages need it. */
export function SessionEnded(): ReactElement | null {
  const ended = useSessionState() === 'ended';
  const { Component: Dialog, error } = useLazyComponent(ended ? loadDialog : undefined);
  useEffect(() => {
    // Without the dialog, the page must not stay visible. A reload leads to the sign-in page.
    if (ended && error) window.location.reload();
  }, [ended, error]);
  return ended && Dialog ? <Dialog /> : null;
}
