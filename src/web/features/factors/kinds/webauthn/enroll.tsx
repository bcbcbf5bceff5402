import type { ReactElement } from 'react';
import type { EnrollBody, Factor } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { Rename } from '../../enrollment/rename.tsx';
import { Button } from '../../../../components/ui/button.tsx';
import { Failure } from '../../../../components/failure/failure.tsx';
import { useTranslate } from '../../../../i18n/translate.tsx';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import type { EnrollMessages, StartProps } from '../../enrollment/steps.ts';
import { AtOkta } from './at-okta.tsx';
import { whyNoKeys } from '../../../../flows/verification/webauthn/device-messages.ts';
import { MakeStep } from './make-step.tsx';
import { NoKeys } from '../../../../flows/verification/webauthn/no-keys.tsx';

const input: EnrollBody = { kind: 'webauthn' };
const messages: EnrollMessages = {
  lead: 'webauthn.lead',
  done: 'webauthn.done',
  doneAs: 'webauthn.done_as',
  already: 'webauthn.already',
  expired: 'webauthn.expired',
};

function Start({ begin, busy, error }: StartProps): ReactElement {
  const t = useTranslate();
  // Okta's response has shown the server that the org's keys belong to another domain.
  if (error instanceof ApiError && error.code === 'managed_at_okta') return <AtOkta />;
  return (
    <NoKeys>
      <div className="stack" aria-busy={busy}>
        <p>{t('webauthn.before')}</p>
        <Failure error={error} />
        <div className="actions">
          <Button variant="button primary" busy={busy} onClick={() => begin(input)}>
            {t(busy ? 'webauthn.beginning' : 'webauthn.begin')}
          </Button>
        </div>
      </div>
    </NoKeys>
  );
}

const Name = ({ factor }: { factor: Factor }): ReactElement => <Rename offered factor={factor} />;
const steps = { create: MakeStep };

/** Starts nothing if this browser cannot use keys. */
export default function EnrollWebauthn(): ReactElement {
  const able = typeof window === 'undefined' || !whyNoKeys(window);
  return (
    <EnrollScreen
      kind="webauthn"
      messages={messages}
      {...(able && { usual: input })}
      start={Start}
      steps={steps}
      more={Name}
    />
  );
}
