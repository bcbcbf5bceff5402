import type { ReactElement, ReactNode } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { useHydrated } from '../../../components/ui/hydrated.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { whyNoKeys } from './device-messages.ts';

/** If this browser cannot use keys, says why instead, and offers the other methods. */
export function NoKeys({
  onChooseAnother,
  children,
}: {
  onChooseAnother?: (() => void) | undefined;
  children: ReactNode;
}): ReactElement {
  const t = useTranslate();
  const reason = useHydrated() ? whyNoKeys(window) : undefined;
  if (!reason) return <>{children}</>;
  return (
    <div className="stack">
      <p className="note caution">{t(reason)}</p>
      {onChooseAnother && (
        <div className="actions">
          <Button onClick={onChooseAnother}>{t('webauthn.another_way')}</Button>
        </div>
      )}
    </div>
  );
}
