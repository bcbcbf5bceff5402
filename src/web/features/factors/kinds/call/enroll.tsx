import type { ReactElement } from 'react';
import { CodeStep } from '../../enrollment/code-step.tsx';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import type { EnrollMessages, StartProps, StepProps } from '../../enrollment/steps.ts';
import { PhoneStart } from '../phone/phone-start.tsx';

const messages: EnrollMessages = {
  title: 'phone.call.title',
  lead: 'phone.call.lead',
  stepLead: 'phone.call.step',
  app: 'factors.kind.call',
  done: 'phone.call.done',
  already: 'phone.call.already',
  alreadyLead: 'phone.already_lead',
  expired: 'enroll.expired_lead',
};

const Start = (props: StartProps): ReactElement => <PhoneStart {...props} kind="call" />;
const Step = (props: StepProps<'code'>): ReactElement => <CodeStep {...props} change="phone.wrong" />;

export default function EnrollCall(): ReactElement {
  return <EnrollScreen path="/add/call" messages={messages} start={Start} steps={{ code: Step }} />;
}
