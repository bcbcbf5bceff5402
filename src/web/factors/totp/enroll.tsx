import type { ReactElement } from 'react';
import totpWords from 'virtual:words/en/totp';
import type { EnrollBody } from '#contract/endpoints.ts';
import { addWords } from '../../words/words.tsx';
import { EnrollScreen } from '../enrolling/enroll-screen.tsx';
import { StartButton } from '../enrolling/start-button.tsx';
import type { EnrollWords, StartProps, StepProps } from '../enrolling/steps.ts';
import { SecretStep } from './secret-step.tsx';

addWords(totpWords);

const path = '/add/totp';
const usual: EnrollBody = { kind: 'totp' };
const words: EnrollWords = {
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
    words={{ before: 'totp.before', act: 'totp.show', busy: 'totp.starting' }}
  />
);
const Scan = (props: StepProps<'secret'>): ReactElement => <SecretStep {...props} apps="totp.apps" />;

export default function EnrollTotp(): ReactElement {
  return <EnrollScreen path={path} words={words} usual={usual} start={Start} steps={{ secret: Scan }} />;
}
