import { type ReactElement } from 'react';
import keyMessages from 'virtual:messages/en/key';
import { Button } from '../../components/ui/button.tsx';
import { loadMessages, useTranslate } from '../../i18n/translate.tsx';
import { KeyProblem } from './webauthn/key-problem.tsx';
import { NoKeys } from './webauthn/no-keys.tsx';
import { useKeyAssertion } from './webauthn/use-key-assertion.ts';
import type { VerificationProps } from './verification-components.ts';

loadMessages(keyMessages);

/** A security key that is touched, or a passkey on this device. */
export default function KeyVerification({
  factorId,
  purpose,
  focusOnMount,
  onVerified,
  onChooseAnother,
}: VerificationProps): ReactElement {
  const t = useTranslate();
  const { state, press } = useKeyAssertion(factorId, purpose, onVerified);
  const busy = state.at !== 'ready';
  const problem = state.at === 'ready' ? state.problem : undefined;
  return (
    <NoKeys onChooseAnother={onChooseAnother}>
      <div className="stack" aria-busy={busy}>
        <p>{t('key.use_about')}</p>
        <KeyProblem problem={problem} />
        <div className="actions">
          <Button variant="button primary" busy={busy} focusOnMount={focusOnMount} onClick={press}>
            {t(state.at === 'touching' ? 'key.touching' : problem === undefined ? 'key.use' : 'key.try_again')}
          </Button>
          {onChooseAnother && problem !== undefined && (
            <Button onClick={onChooseAnother}>{t('key.another_way')}</Button>
          )}
        </div>
      </div>
    </NoKeys>
  );
}
