import type { ReactElement } from 'react';
import emailWords from 'virtual:words/en/email';
import type { EnrollBody } from '#contract/endpoints.ts';
import { addWords } from '../../words/words.tsx';
import { CodeStep } from '../enrolling/code-step.tsx';
import { EnrollScreen } from '../enrolling/enroll-screen.tsx';
import type { EnrollWords } from '../enrolling/steps.ts';
import { EmailStart } from './email-start.tsx';

addWords(emailWords);

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

export default function EnrollEmail(): ReactElement {
  return <EnrollScreen path="/add/email" words={words} usual={usual} start={EmailStart} steps={{ code: CodeStep }} />;
}
