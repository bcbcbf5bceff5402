import type { ReactElement } from 'react';
import totpWords from 'virtual:words/en/totp';
import verifyWords from 'virtual:words/en/verify';
import type { EnrollBody } from '#contract/endpoints.ts';
import { addWords } from '../../words/words.tsx';
import { EnrollScreen } from '../enrolling/enroll-screen.tsx';
import { StartButton } from '../enrolling/start-button.tsx';
import type { EnrollWords, StartProps, StepProps } from '../enrolling/steps.ts';
// Okta Verify's codes are added as any app's are; only its name differs.
import { SecretStep } from '../totp/secret-step.tsx';

addWords(totpWords);
addWords(verifyWords);

const path = '/add/okta-verify';
const usual: EnrollBody = { kind: 'okta-verify', method: 'totp' };
const words: EnrollWords = {
  title: 'verify.title',
  lead: 'totp.lead',
  app: 'kind.okta-verify',
  done: 'verify.done',
  already: 'verify.already',
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
const Scan = (props: StepProps<'secret'>): ReactElement => <SecretStep {...props} apps="verify.apps" />;

export default function EnrollOktaVerify(): ReactElement {
  return <EnrollScreen path={path} words={words} usual={usual} start={Start} steps={{ secret: Scan }} />;
}
