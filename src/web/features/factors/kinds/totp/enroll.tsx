import type { ReactElement } from 'react';
import type { EnrollBody } from '#contract/endpoints.ts';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import { StartButton } from '../../enrollment/start-button.tsx';
import type { EnrollMessages, StartProps, StepProps } from '../../enrollment/steps.ts';
import { SecretStep } from './secret-step.tsx';

const usual: EnrollBody = { kind: 'totp' };
const messages: EnrollMessages = {
  lead: 'totp.lead',
  done: 'totp.done',
  already: 'totp.already',
  expired: 'totp.expired',
  replaces: 'app',
};

const Start = (props: StartProps): ReactElement => (
  <StartButton
    {...props}
    usual={usual}
    messages={{ before: 'totp.before', action: 'totp.show', busy: 'totp.starting' }}
  />
);
const Scan = (props: StepProps<'secret'>): ReactElement => <SecretStep {...props} apps="totp.apps" />;

export default function EnrollTotp(): ReactElement {
  return <EnrollScreen kind="totp" messages={messages} usual={usual} start={Start} steps={{ secret: Scan }} />;
}
