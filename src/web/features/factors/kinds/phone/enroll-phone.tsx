import type { ReactElement } from 'react';
import { CodeStep } from '../../enrollment/code-step.tsx';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import type { EnrollMessages, StartProps, StepProps } from '../../enrollment/steps.ts';
import { writtenInFull } from './numbers.ts';
import { PhoneStart } from './phone-start.tsx';
import { RemoveOldNumber } from './remove-old-number.tsx';

export function enrollPhone(kind: 'sms' | 'call'): () => ReactElement {
  const messages: EnrollMessages = {
    lead: `phone.${kind}.lead`,
    stepLead: `phone.${kind}.step`,
    done: `phone.${kind}.done`,
    already: `phone.${kind}.already`,
    alreadyLead: 'phone.already_lead',
    expired: 'enroll.expired_lead',
    replaces: 'number',
  };
  const Start = (props: StartProps): ReactElement => <PhoneStart {...props} kind={kind} />;
  const Step = ({ input, ...props }: StepProps<'code'>): ReactElement => {
    const typed = input && 'phoneNumber' in input ? input.phoneNumber : undefined;
    return <CodeStep {...props} change="phone.wrong" to={typed && writtenInFull(typed)} />;
  };
  return () => (
    <EnrollScreen kind={kind} messages={messages} start={Start} steps={{ code: Step }} afterwards={RemoveOldNumber} />
  );
}
