import { correction, generate } from 'lean-qr/nano';
import { type ReactElement, useMemo, useState } from 'react';
import { useAnnounce } from '../../../../components/ui/announcer.tsx';
import { useTranslate } from '../../../../i18n/translate.tsx';
import css from '../../enrollment/scan.module.css';

/** The secret as a QR code, as text, and as a link for this device. Drawn in the browser; it is not sent anywhere. */
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
    <div className={css.scan}>
      <div className={css.qr}>
        <QrCode text={uri} label={t('totp.qr')} />
      </div>
      <div className={css.key}>
        <p className="fine" id="key-label">
          {t('totp.cant_scan')}
        </p>
        <p className={css.groups} aria-labelledby="key-label" translate="no">
          {groups.map((group, index) => (
            // The groups have a fixed order.
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

/** The blank modules around a QR code that its standard asks for. */
const margin = 4;

function QrCode({ text, label }: { text: string; label: string }): ReactElement {
  const { side, dark } = useMemo(() => {
    const code = generate(text, { minCorrectionLevel: correction.M });
    const modules = Array.from({ length: code.size ** 2 }, (_, at) => [at % code.size, Math.floor(at / code.size)]);
    return {
      side: code.size + 2 * margin,
      dark: modules.map(([x = 0, y = 0]) => (code.get(x, y) ? `M${x + margin} ${y + margin}h1v1h-1z` : '')).join(''),
    };
  }, [text]);
  return (
    <svg viewBox={`0 0 ${side} ${side}`} width="232" height="232" role="img" aria-label={label}>
      <path d={dark} shapeRendering="crispEdges" />
    </svg>
  );
}
