import type { ReactElement } from 'react';
import { request } from '../../api/client/request.ts';
import { getFactorUi } from '../../components/factor/factor-ui.ts';
import { CodeEntry } from '../../components/code/code-entry.tsx';
import type { VerificationProps } from './verification-components.ts';

/** A code that the method shows or types. */
export default function CodeVerification({ factorId, kind, purpose, ...entry }: VerificationProps): ReactElement {
  return (
    <CodeEntry
      {...entry}
      codeField={getFactorUi(kind).codeField}
      check={(passCode) =>
        request('verifyFactor', { params: { factorId }, body: { passCode, ...(purpose && { purpose }) } })
      }
    />
  );
}
