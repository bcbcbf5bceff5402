import type { ReactElement, ReactNode } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { useHydrated } from '../../../components/ui/hydrated.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { whyNoKeys } from './device-messages.ts';

/**
 * Shows `children` unless this browser can use no key here; then it says why, and leads elsewhere where there is an
 * elsewhere.
 */
export function NoKeys({
  onChooseAnother,
  children,
}: {
  onChooseAnother?: (() => void) | undefined;
  children: ReactNode;
}): ReactElement {
  const t = useTranslate();
  const why = useHydrated() ? whyNoKeys(window) : undefined;
  if (!why) return <>{children}</>;
  return (
    <div className="stack">
      <p className="note caution">{t(why)}</p>
      {onChooseAnother && (
        <div className="actions">
          <Button onClick={onChooseAnother}>{t('webauthn.another_way')}</Button>
        </div>
      )}
    </div>
  );
}
