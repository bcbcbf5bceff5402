import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { addresses } from '#contract/endpoints.ts';
import { sessionChannel, sessionState } from '../../api/client/session-state.ts';
import { FormToken } from '../../components/form-token.tsx';
import { useTranslate } from '../../i18n/translate.tsx';

/**
 * A plain form works without a script, and no script sees the ID token in the redirect. A script clears screen and
 * memory, so that Back shows nothing.
 */
export function SignOutForm({ variant }: { variant: string }): ReactElement {
  const t = useTranslate();
  const client = useQueryClient();
  const leave = (): void => {
    sessionState.set('signed_out');
    new BroadcastChannel(sessionChannel).postMessage('ended');
    client.clear();
  };
  return (
    <form
      method="post"
      action={addresses.signOut}
      onSubmit={() => window.addEventListener('pagehide', leave, { once: true })}
    >
      <FormToken />
      <input className={variant} type="submit" value={t('app.shell.sign_out')} />
    </form>
  );
}
