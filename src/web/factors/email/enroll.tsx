import type { ReactElement } from 'react';
import emailWords from 'virtual:words/en/email';
import type { EnrollBody } from '#contract/endpoints.ts';
import { addWords } from '../../words/words.tsx';
import { CodeStep } from '../enrolling/code-step.tsx';
import { EnrollScreen } from '../enrolling/enroll-screen.tsx';
import { StartButton } from '../enrolling/start-button.tsx';
import type { EnrollWords, StartProps } from '../enrolling/steps.ts';

addWords(emailWords);

const path = '/add/email';
const usual: EnrollBody = { kind: 'email' };
const words: EnrollWords = {
  title: 'email.title',
  lead: 'email.lead',
  stepLead: 'email.step',
  app: 'kind.email',
  done: 'email.done',
  already: 'email.already',
  alreadyLead: 'email.already_lead',
  expired: 'enroll.expired_lead',
};

const Start = (props: StartProps): ReactElement => (
  <StartButton
    {...props}
    path={path}
    usual={usual}
    words={{ before: 'email.before', act: 'email.send', busy: 'email.sending' }}
  />
);

export default function EnrollEmail(): ReactElement {
  return <EnrollScreen path={path} words={words} usual={usual} start={Start} steps={{ code: CodeStep }} />;
}
