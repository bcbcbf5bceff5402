import type { ReactElement } from 'react';
import type { EnrollBody } from '#contract/endpoints.ts';
import { Button } from '../../../components/ui/button.tsx';
import { SimulatorHint } from '../../../components/ui/simulator-hint.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import type { StartProps } from './steps.ts';

export function StartButton({
  begin,
  busy,
  error,
  usual,
  messages,
}: StartProps & {
  usual: EnrollBody;
  messages: Record<'before' | 'action' | 'busy', MessageId>;
}): ReactElement {
  const t = useTranslate();
  return (
    <div className="stack" aria-busy={busy}>
      <p>{t(messages.before)}</p>
      <SimulatorHint />
      <Failure error={error} />
      <div className="actions">
        <Button variant="button primary" busy={busy} onClick={() => begin(usual)}>
          {t(busy ? messages.busy : messages.action)}
        </Button>
      </div>
    </div>
  );
}
