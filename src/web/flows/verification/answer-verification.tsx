import type { ReactElement } from 'react';
import { request } from '../../api/client/request.ts';
import { CodeEntry } from '../../components/code/code-entry.tsx';
import type { CodeFieldSpec } from '../../components/code/code-field-spec.ts';
import type { VerificationProps } from './verification-components.ts';

const answerField: CodeFieldSpec = {
  label: 'answer.label',
  empty: 'answer.empty',
  malformed: 'answer.malformed',
  wrong: 'answer.wrong',
  digits: 0,
  inputType: 'masked',
};

export default function AnswerVerification({ factorId, detail, purpose, ...entry }: VerificationProps): ReactElement {
  return (
    <div className="stack">
      {detail !== null && <p className="strong">{detail}</p>}
      <CodeEntry
        {...entry}
        codeField={answerField}
        check={(answer) => request('verifyFactor', { params: { factorId }, body: { answer, purpose } })}
      />
    </div>
  );
}
