import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { EnrollBody } from '#contract/endpoints.ts';
import { factorQueries } from '../../../../api/queries.ts';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import { StartButton } from '../../enrollment/start-button.tsx';
import type { EnrollMessages, StartProps, StepProps } from '../../enrollment/steps.ts';
import { SecretStep } from '../totp/secret-step.tsx';
import { Choice } from './choice.tsx';
import { PhoneStep } from './phone-step.tsx';

const messages: EnrollMessages = {
  lead: 'okta-verify.lead',
  done: 'okta-verify.done',
  already: 'okta-verify.already',
  expired: 'okta-verify.expired',
  replaces: 'app',
};

/** For an org that offers only one way to use Okta Verify. */
const only = (method: 'push' | 'totp') => {
  const usual: EnrollBody = { kind: 'okta-verify', method };
  return {
    usual,
    start: (props: StartProps): ReactElement => (
      <StartButton
        {...props}
        usual={usual}
        messages={{ before: `okta-verify.before_${method}`, action: 'okta-verify.show', busy: 'okta-verify.starting' }}
      />
    ),
  };
};
const push = only('push');
const totp = only('totp');
const starts = { push, totp, both: { start: Choice, choices: [push.usual, totp.usual] } };

const Scan = (props: StepProps<'secret'>): ReactElement => <SecretStep {...props} apps="okta-verify.apps" />;
const steps = { secret: Scan, poll: PhoneStep };

export default function EnrollOktaVerify(): ReactElement {
  const client = useQueryClient();
  // Read once, because an enrollment must continue unchanged when the offer changes.
  const [methods] = useState(() => {
    const catalog = client.getQueryData(factorQueries.catalog().queryKey);
    return catalog?.factors.find(({ kind }) => kind === 'okta-verify')?.methods ?? [];
  });
  const start = starts[methods.length === 1 ? methods[0]! : 'both'];
  return <EnrollScreen kind="okta-verify" messages={messages} {...start} steps={steps} />;
}
