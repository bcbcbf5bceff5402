import type { ReactElement } from 'react';
import { request } from '../../api/client/request.ts';
import { getFactorVerification } from '../../components/factor/factor-verification.ts';
import { CodeEntry } from '../../components/code/code-entry.tsx';
import type { VerificationProps } from './verification-components.ts';

export default function CodeVerification({ factorId, kind, purpose, ...entry }: VerificationProps): ReactElement {
  return (
    <CodeEntry
      {...entry}
      kind={kind}
      codeField={getFactorVerification(kind).codeField}
      check={(passCode) =>
        request('verifyFactor', { params: { factorId }, body: { passCode, ...(purpose && { purpose }) } })
      }
    />
  );
}
