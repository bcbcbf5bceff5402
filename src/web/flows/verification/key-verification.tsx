import { type ReactElement } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
import { KeyProblem } from './webauthn/key-problem.tsx';
import { NoKeys } from './webauthn/no-keys.tsx';
import { useKeyAssertion } from './webauthn/use-key-assertion.ts';
import type { VerificationProps } from './verification-components.ts';

export default function KeyVerification({
  factorId,
  purpose,
  variant = 'button primary',
  focusOnMount,
  pressed = false,
  onVerified,
  onChooseAnother,
}: VerificationProps): ReactElement {
  const t = useTranslate();
  const { state, press } = useKeyAssertion(factorId, purpose, pressed, onVerified);
  const busy = state.at !== 'ready';
  const problem = state.at === 'ready' ? state.problem : undefined;
  return (
    <NoKeys onChooseAnother={onChooseAnother}>
      <div className="stack" aria-busy={busy}>
        <p>{t('webauthn.use_about')}</p>
        <KeyProblem problem={problem} />
        <div className="actions">
          <Button variant={variant} busy={busy} focusOnMount={focusOnMount} onClick={press}>
            {state.at === 'touching'
              ? t('webauthn.touching')
              : problem === undefined
                ? t('webauthn.use')
                : t('webauthn.try_again')}
          </Button>
          {onChooseAnother && problem !== undefined && (
            <Button onClick={onChooseAnother}>{t('webauthn.another_way')}</Button>
          )}
        </div>
      </div>
    </NoKeys>
  );
}
