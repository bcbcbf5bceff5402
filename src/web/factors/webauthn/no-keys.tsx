import type { ReactElement, ReactNode } from 'react';
import { Press } from '../../ui/act.tsx';
import { useHydrated } from '../../ui/hydrated.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { whyNoKeys } from './device-messages.ts';

/**
 * Shows `children` unless this browser can use no key here; then it says why, and leads elsewhere where there is an
 * elsewhere.
 */
export function NoKeys({ onElse, children }: { onElse?: (() => void) | undefined; children: ReactNode }): ReactElement {
  const t = useTranslate();
  const why = useHydrated() ? whyNoKeys(window) : undefined;
  if (!why) return <>{children}</>;
  return (
    <div className="stack">
      <p className="note caution">{t(why)}</p>
      {onElse && (
        <div className="acts">
          <Press onPress={onElse}>{t('key.another_way')}</Press>
        </div>
      )}
    </div>
  );
}
