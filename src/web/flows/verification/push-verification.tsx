import type { ReactElement } from 'react';
import { ApiError } from '#contract/errors.ts';
import { Button } from '../../components/ui/button.tsx';
import { SimulatorHint } from '../../components/ui/simulator-hint.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { hasMessage, useTranslate } from '../../i18n/translate.tsx';
import { Ended } from './push/ended.tsx';
import { usePush } from './push/use-push.ts';
import { Waiting } from './push/waiting.tsx';
import type { VerificationProps } from './verification-components.ts';

export default function PushVerification({
  factorId,
  name,
  detail,
  purpose,
  variant = 'button primary',
  focusOnMount,
  onVerified,
  onChooseAnother,
  onUseCode,
}: VerificationProps): ReactElement {
  const t = useTranslate();
  const { state, trouble, send, cancel } = usePush(factorId, purpose, onVerified);
  if (state.at === 'waiting')
    return <Waiting push={state.push} trouble={trouble} onCancel={cancel} onUseCode={onUseCode} />;
  const sending = state.at === 'sending' || state.at === 'approved';
  const end = `push.end.${state.at}`;
  const endMessage = hasMessage(end) ? end : undefined;
  const tooWeak = state.at === 'failed' && state.error instanceof ApiError && state.error.code === 'step_up_required';
  return (
    <div className="stack" aria-busy={sending}>
      {endMessage ? (
        <Ended key={state.at} messageId={endMessage} />
      ) : (
        <p>{t('push.before', { name: detail ?? name })}</p>
      )}
      {tooWeak && <Ended messageId="push.too_weak" />}
      {state.at === 'failed' && !tooWeak && <Failure error={state.error} />}
      <div className="actions">
        {!tooWeak && (
          <Button variant={variant} busy={sending} focusOnMount={focusOnMount && state.at === 'ready'} onClick={send}>
            {t(endMessage || state.at === 'failed' ? 'push.send_again' : sending ? 'push.sending' : 'push.send')}
          </Button>
        )}
        {onChooseAnother && (endMessage || state.at === 'failed') && (
          <Button onClick={onChooseAnother}>{t('push.another_way')}</Button>
        )}
      </div>
      <SimulatorHint />
    </div>
  );
}
