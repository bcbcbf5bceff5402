import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { addresses } from '#contract/endpoints.ts';
import { sessionState } from '../../api/client/session-state.ts';
import { useTranslate } from '../../i18n/translate.tsx';

/**
 * Signs out here, then at Okta. A form, so that it needs no script, and no script sees the redirect to Okta with the ID
 * token in it. Where there is one, nothing stays on the screen or in memory for the Back button to bring up.
 */
export function SignOutForm({ variant }: { variant: string }): ReactElement {
  const t = useTranslate();
  const client = useQueryClient();
  const leave = (): void => {
    sessionState.set('signed_out');
    client.clear();
  };
  return (
    <form
      method="post"
      action={addresses.signOut}
      onSubmit={() => window.addEventListener('pagehide', leave, { once: true })}
    >
      <input className={variant} type="submit" value={t('app.shell.sign_out')} />
    </form>
  );
}
