import { QRCodeSVG } from 'qrcode.react';
import { type ReactElement, useState } from 'react';
import { useAnnounce } from '../../../../components/ui/announcer.tsx';
import { useTranslate } from '../../../../i18n/translate.tsx';
import enrollment from '../../enrollment/enrollment.module.css';
import css from './scan-step.module.css';

/** The browser draws the code; nothing is sent. */
export function ScanStep({ uri, sharedSecret }: { uri: string; sharedSecret: string }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [copied, setCopied] = useState(false);
  const groups = sharedSecret.match(/.{1,4}/g) ?? [];
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(sharedSecret);
      setCopied(true);
      announce(t('totp.copied'));
    } catch {
      announce(t('totp.not_copied'));
    }
  };
  return (
    <div className={enrollment.scan}>
      <div className={enrollment.qr}>
        <QRCodeSVG value={uri} level="M" marginSize={4} size={232} aria-label={t('totp.qr')} />
      </div>
      <div className={css.key}>
        <p className="fine" id="key-label">
          {t('totp.cant_scan')}
        </p>
        <p className={css.groups} aria-labelledby="key-label" translate="no">
          {groups.map((group, index) => (
            // The order never changes, so the index can be the key.
            <span key={index}>{group} </span>
          ))}
        </p>
        <div className="actions">
          <button className="button" type="button" onClick={() => void copy()}>
            {t(copied ? 'totp.copied' : 'totp.copy')}
          </button>
          {uri.startsWith('otpauth:') && (
            <a className="text-button" href={uri}>
              {t('totp.open_app')}
            </a>
          )}
        </div>
      </div>
    </div>
  );
}
