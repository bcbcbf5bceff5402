import { type ReactElement, useEffect, useRef, useState } from 'react';
import { addresses } from '#contract/endpoints.ts';
import type { FreezeBody } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../api/client/request-helpdesk.ts';
import { useSingleMutation } from '../../api/use-single-mutation.ts';
import { Button } from '../../components/ui/button.tsx';
import { EnglishLink } from '../../i18n/english-link.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { ExactTime } from '../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../i18n/translate.tsx';
import css from './freeze.module.css';

export type Suspect = { what: null } | NamedSuspect;
type NamedSuspect = {
  what: string;
  /** ISO 8601. */
  at: string;
  /** The browser and address are those that the person uses now. */
  asHere: boolean;
  named: NonNullable<FreezeBody>;
};

/** Returns the dialog, which is null before the first call of `ask`, and `ask`. */
export function useFreezeDialog(): [dialog: ReactElement | null, ask: (suspect: Suspect) => void] {
  const [suspect, setSuspect] = useState<Suspect | null>(null);
  return [suspect && <FreezeDialog suspect={suspect} onClose={() => setSuspect(null)} />, setSuspect];
}

/** Asks for confirmation, because only the helpdesk can unfreeze. */
function FreezeDialog({ suspect, onClose }: { suspect: Suspect; onClose: () => void }): ReactElement {
  const t = useTranslate();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // Otherwise the browser would focus the first button, which freezes.
    heading.current?.focus();
  }, []);
  const freezing = useSingleMutation({
    mutationFn: async () =>
      void (await requestHelpdesk('freezeMyself', {
        params: {},
        ...(suspect.what !== null && { body: suspect.named }),
      })),
    meta: { closesPage: true },
    // The session is over, so the server must render the next page.
    onSuccess: () => window.location.assign(addresses.frozen),
  });
  return (
    <dialog
      ref={dialog}
      className={`panel ${css.dialog}`}
      aria-labelledby="sure-heading"
      aria-describedby="sure-text"
      onClose={onClose}
    >
      <h2 id="sure-heading" ref={heading} tabIndex={-1}>
        {t('freeze.confirm')}
      </h2>
      <div id="sure-text">
        {suspect.what !== null && (
          <>
            <p className="strong">
              <Trans id="freeze.because" values={{ what: suspect.what, at: <ExactTime iso={suspect.at} /> }} />
            </p>
            {suspect.asHere && <p>{t('freeze.as_here')}</p>}
          </>
        )}
        <p>{t('freeze.confirm_about')}</p>
      </div>
      <div className="actions">
        <Button
          variant="button danger"
          busy={freezing.isPending || freezing.isSuccess}
          onClick={() => freezing.mutate()}
        >
          {t('freeze.submit')}
        </Button>
        <Button onClick={() => dialog.current?.close()}>{t('freeze.cancel')}</Button>
        <EnglishLink />
      </div>
      <Failure error={freezing.error} />
    </dialog>
  );
}

export function NotMe({
  onSuspect,
  ...suspect
}: NamedSuspect & { onSuspect: (suspect: Suspect) => void }): ReactElement {
  const t = useTranslate();
  return (
    <Button variant={`text-button ${css.suspect}`} onClick={() => onSuspect(suspect)}>
      {t('freeze.not_me')}
      <span className="visually-hidden">: {suspect.what}</span>
    </Button>
  );
}
