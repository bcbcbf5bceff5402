import type { ReactElement } from 'react';
// Okta Verify's codes are added as any app's are; only its name differs.
import { EnrollScreen } from '../totp/enroll-screen.tsx';

export default function EnrollOktaVerify(): ReactElement {
  return (
    <EnrollScreen
      path="/add/okta-verify"
      body={{ kind: 'okta-verify', method: 'totp' }}
      words={{
        title: 'enroll.okta-verify.title',
        app: 'enroll.okta-verify.app',
        apps: 'enroll.okta-verify.apps',
        done: 'enroll.okta-verify.done',
        already: 'enroll.okta-verify.already',
      }}
    />
  );
}
