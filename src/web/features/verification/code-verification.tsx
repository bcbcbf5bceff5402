import type { ReactElement } from 'react';
import { request } from '../../api/client/request.ts';
import { factorUiOf } from '../../components/factor/factor-ui.ts';
import { CodeEntry } from '../../components/code/code-entry.tsx';
import type { VerificationProps } from './verification-components.ts';

/** A code that the method shows or types. */
export default function CodeVerification({
  factorId,
  kind,
  purpose,
  submit,
  focusOnMount,
  onVerified,
  onChooseAnother,
}: VerificationProps): ReactElement {
  return (
    <CodeEntry
      submit={submit}
      codeField={factorUiOf(kind).codeField}
      focusOnMount={focusOnMount}
      check={(passCode) =>
        request('verifyFactor', { params: { factorId }, body: { passCode, ...(purpose && { purpose }) } })
      }
      onVerified={onVerified}
      onChooseAnother={onChooseAnother}
    />
  );
}
