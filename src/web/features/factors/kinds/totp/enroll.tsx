import type { ReactElement } from 'react';
import totpMessages from 'virtual:messages/en/totp';
import type { EnrollBody } from '#contract/endpoints.ts';
import { loadMessages } from '../../../../i18n/translate.tsx';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import { StartButton } from '../../enrollment/start-button.tsx';
import type { EnrollMessages, StartProps, StepProps } from '../../enrollment/steps.ts';
import { SecretStep } from './secret-step.tsx';

loadMessages(totpMessages);

const path = '/add/totp';
const usual: EnrollBody = { kind: 'totp' };
const messages: EnrollMessages = {
  title: 'totp.title',
  lead: 'totp.lead',
  app: 'kind.totp',
  done: 'totp.done',
  already: 'totp.already',
  expired: 'totp.expired',
};

const Start = (props: StartProps): ReactElement => (
  <StartButton
    {...props}
    path={path}
    usual={usual}
    messages={{ before: 'totp.before', act: 'totp.show', busy: 'totp.starting' }}
  />
);
const Scan = (props: StepProps<'secret'>): ReactElement => <SecretStep {...props} apps="totp.apps" />;

export default function EnrollTotp(): ReactElement {
  return <EnrollScreen path={path} messages={messages} usual={usual} start={Start} steps={{ secret: Scan }} />;
}
