import type { ReactElement } from 'react';
import { EnrollScreen } from './enroll-screen.tsx';

export default function EnrollTotp(): ReactElement {
  return (
    <EnrollScreen
      path="/add/totp"
      body={{ kind: 'totp' }}
      words={{
        title: 'enroll.totp.title',
        app: 'enroll.totp.app',
        apps: 'enroll.totp.apps',
        done: 'enroll.totp.done',
        already: 'enroll.totp.already',
      }}
    />
  );
}
