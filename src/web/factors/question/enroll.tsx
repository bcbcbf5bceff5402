import type { ReactElement } from 'react';
import questionWords from 'virtual:words/en/question';
import { addWords } from '../../words/words.tsx';
import { EnrollScreen } from '../enrolling/enroll-screen.tsx';
import type { EnrollWords } from '../enrolling/steps.ts';
import { QuestionStart } from './question-start.tsx';

addWords(questionWords);

const words: EnrollWords = {
  title: 'question.title',
  lead: 'question.lead',
  app: 'kind.question',
  done: 'question.done',
  already: 'question.already',
  alreadyLead: 'question.already_lead',
  expired: 'enroll.expired_lead',
};

/** On as soon as it is answered: there is no step after the start. */
export default function EnrollQuestion(): ReactElement {
  return <EnrollScreen path="/add/question" words={words} start={QuestionStart} steps={{}} />;
}
