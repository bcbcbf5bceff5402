import type { ReactElement } from 'react';
import { CodeStep } from '../../enrollment/code-step.tsx';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import type { EnrollMessages, StartProps, StepProps } from '../../enrollment/steps.ts';
import { PhoneStart } from '../phone/phone-start.tsx';

const messages: EnrollMessages = {
  title: 'phone.sms.title',
  lead: 'phone.sms.lead',
  stepLead: 'phone.sms.step',
  app: 'factors.kind.sms',
  done: 'phone.sms.done',
  already: 'phone.sms.already',
  alreadyLead: 'phone.already_lead',
  expired: 'enroll.expired_lead',
};

const Start = (props: StartProps): ReactElement => <PhoneStart {...props} kind="sms" />;
const Step = (props: StepProps<'code'>): ReactElement => <CodeStep {...props} change="phone.wrong" />;

export default function EnrollSms(): ReactElement {
  return <EnrollScreen path="/add/sms" messages={messages} start={Start} steps={{ code: Step }} />;
}
