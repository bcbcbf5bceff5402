import type { ReactElement } from 'react';
import { useSettings } from '../../../../components/settings.ts';
import { takeFocus } from '../../../../components/ui/heading.tsx';
import { useTranslate } from '../../../../i18n/translate.tsx';

export function AtOkta(): ReactElement {
  const t = useTranslate();
  const { oktaSettingsUrl, orgName } = useSettings();
  return (
    <div className="stack">
      <p ref={takeFocus} tabIndex={-1}>
        {t('webauthn.at_okta', { org: orgName })}
      </p>
      {oktaSettingsUrl ? (
        <p>
          <a className="button primary" href={oktaSettingsUrl} rel="noreferrer">
            {t('webauthn.go_to_okta')}
          </a>
        </p>
      ) : (
        <p>{t('webauthn.at_okta_somewhere')}</p>
      )}
    </div>
  );
}
