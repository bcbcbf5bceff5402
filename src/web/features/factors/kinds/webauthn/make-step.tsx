import { WebAuthnAbortService } from '@simplewebauthn/browser';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { ActivateBody } from '#contract/endpoints.ts';
import { useSingleMutation } from '../../../../api/use-single-mutation.ts';
import { Button } from '../../../../components/ui/button.tsx';
import { useTranslate } from '../../../../i18n/translate.tsx';
import type { StepProps } from '../../enrollment/steps.ts';
import { makeKey } from '../../../../flows/verification/webauthn/device.ts';
import { KeyProblem } from '../../../../flows/verification/webauthn/key-problem.tsx';

/** If sending fails, the retry sends the same key. */
export function MakeStep({ activation, activate, onCancel }: StepProps<'create'>): ReactElement {
  const t = useTranslate();
  const newKey = useRef<ActivateBody>(undefined);
  const [touching, setTouching] = useState(false);
  const making = useSingleMutation({
    mutationFn: async () => {
      if (!newKey.current) {
        setTouching(true);
        newKey.current = await makeKey(activation.options).finally(() => setTouching(false));
      }
      await activate(newKey.current);
    },
  });
  // Closes the browser's dialog.
  useEffect(() => () => WebAuthnAbortService.cancelCeremony(), []);
  const hasFailed = making.error !== null;
  return (
    <div className="stack" aria-busy={making.isPending}>
      <ol className="facts">
        <li>{t('webauthn.asks')}</li>
        <li>{t('webauthn.chooses')}</li>
        <li>{t('webauthn.touches')}</li>
      </ol>
      <KeyProblem problem={making.error} />
      <div className="actions">
        <Button variant="button primary" focusOnMount busy={making.isPending} onClick={() => making.mutate()}>
          {t(
            touching
              ? 'webauthn.touching'
              : making.isPending
                ? 'webauthn.sending'
                : hasFailed
                  ? 'webauthn.try_again'
                  : 'webauthn.make',
          )}
        </Button>
        <Button onClick={onCancel}>{t('enroll.cancel')}</Button>
      </div>
    </div>
  );
}
