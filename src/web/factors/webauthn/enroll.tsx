import type { ReactElement } from 'react';
import keyWords from 'virtual:words/en/key';
import type { EnrollBody } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { Rename } from '../../pages/rename.tsx';
import { addWords } from '../../words/words.tsx';
import { EnrollScreen } from '../enrolling/enroll-screen.tsx';
import { StartButton } from '../enrolling/start-button.tsx';
import type { EnrollWords, StartProps } from '../enrolling/steps.ts';
import { AtOkta } from './at-okta.tsx';
import { whyNoKeys } from './device-words.ts';
import { MakeStep } from './make-step.tsx';
import { NoKeys } from './no-keys.tsx';

addWords(keyWords);

const path = '/add/webauthn';
const wish: EnrollBody = { kind: 'webauthn' };
const words: EnrollWords = {
  title: 'key.title',
  lead: 'key.lead',
  app: 'kind.webauthn',
  done: 'key.done',
  doneAs: 'key.done_as',
  already: 'key.already',
  expired: 'key.expired',
};

/** Keys that would carry another name than ours are made at Okta; the server learns whose name from the org's answer. */
const Start = (props: StartProps): ReactElement =>
  props.error instanceof ApiError && props.error.code === 'managed_at_okta' ? (
    <AtOkta />
  ) : (
    <NoKeys>
      <StartButton
        {...props}
        path={path}
        usual={wish}
        words={{ before: 'key.before', act: 'key.begin', busy: 'key.beginning' }}
      />
    </NoKeys>
  );
const steps = { create: MakeStep };

/** Adds a security key or passkey. Where none can be used nothing is begun, whatever the link said. */
export default function EnrollWebauthn(): ReactElement {
  const able = typeof window === 'undefined' || !whyNoKeys(window);
  return <EnrollScreen path={path} words={words} {...(able && { usual: wish })} start={Start} steps={steps} more={Rename} />;
}
