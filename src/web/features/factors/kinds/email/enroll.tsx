import type { ReactElement } from 'react';
import type { EnrollBody } from '#contract/endpoints.ts';
import { CodeStep } from '../../enrollment/code-step.tsx';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import type { EnrollMessages } from '../../enrollment/steps.ts';
import { EmailStart } from './email-start.tsx';

const usual: EnrollBody = { kind: 'email' };
const messages: EnrollMessages = {
  lead: 'email.lead',
  stepLead: 'email.step',
  done: 'email.done',
  already: 'email.already',
  alreadyLead: 'email.already_lead',
  expired: 'enroll.expired_lead',
};

export default function EnrollEmail(): ReactElement {
  return <EnrollScreen kind="email" messages={messages} usual={usual} start={EmailStart} steps={{ code: CodeStep }} />;
}
