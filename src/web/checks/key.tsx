import { type ReactElement } from 'react';
import keyMessages from 'virtual:messages/en/key';
import { Press } from '../ui/act.tsx';
import { loadMessages, useTranslate } from '../i18n/translate.tsx';
import { KeyProblem } from '../factors/webauthn/key-problem.tsx';
import { NoKeys } from '../factors/webauthn/no-keys.tsx';
import { useAsserting } from './key/use-asserting.ts';
import type { CheckProps } from './registry.ts';

loadMessages(keyMessages);

/** A security key that is touched, or a passkey on this device. */
export default function KeyCheck({ factorId, purpose, take, onRight, onElse }: CheckProps): ReactElement {
  const t = useTranslate();
  const { state, press } = useAsserting(factorId, purpose, onRight);
  const busy = state.at !== 'ready';
  const problem = state.at === 'ready' ? state.problem : undefined;
  return (
    <NoKeys onElse={onElse}>
      <div className="stack" aria-busy={busy}>
        <p>{t('key.use_about')}</p>
        <KeyProblem problem={problem} />
        <div className="acts">
          <Press look="button main" busy={busy} take={take} onPress={press}>
            {t(state.at === 'touching' ? 'key.touching' : problem === undefined ? 'key.use' : 'key.try_again')}
          </Press>
          {onElse && problem !== undefined && <Press onPress={onElse}>{t('key.another_way')}</Press>}
        </div>
      </div>
    </NoKeys>
  );
}
