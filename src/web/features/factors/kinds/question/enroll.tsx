import type { ReactElement } from 'react';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import type { EnrollMessages } from '../../enrollment/steps.ts';
import { QuestionStart } from './question-start.tsx';

const messages: EnrollMessages = {
  lead: 'question.lead',
  done: 'question.done',
  already: 'question.already',
  alreadyLead: 'question.already_lead',
  expired: 'enroll.expired_lead',
};

/** Okta activates a question as soon as it is answered, so there are no steps. */
export default function EnrollQuestion(): ReactElement {
  return <EnrollScreen kind="question" messages={messages} start={QuestionStart} steps={{}} />;
}
