import type { ReactElement } from 'react';
import cantProveWords from 'virtual:words/en/cant_prove';
import { useSettings } from '../ui/settings.ts';
import { addWords, useWords } from '../words/words.tsx';

addWords(cantProveWords);

/** How to reach the helpdesk, as far as it is known. */
export function SupportLinks(): ReactElement {
  const t = useWords();
  const { supportPhone, supportUrl } = useSettings();
  return (
    <div className="acts">
      {supportPhone && (
        <a className="button main" href={`tel:${supportPhone.replace(/[^+\d]/g, '')}`}>
          {t('cant_prove.call', { phone: supportPhone })}
        </a>
      )}
      {supportUrl && (
        <a className={supportPhone ? 'button' : 'button main'} href={supportUrl} rel="noreferrer">
          {t('cant_prove.write')}
        </a>
      )}
    </div>
  );
}
