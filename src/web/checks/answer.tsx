import type { ReactElement } from 'react';
import answerMessages from 'virtual:messages/en/answer';
import { request } from '../client/request.ts';
import { CheckCode } from '../ui/check-code.tsx';
import type { Entry } from '../ui/entry.ts';
import { loadMessages } from '../i18n/translate.tsx';
import type { CheckProps } from './registry.ts';

loadMessages(answerMessages);

const answerEntry: Entry = {
  label: 'answer.label',
  empty: 'answer.empty',
  malformed: 'answer.malformed',
  wrong: 'answer.wrong',
  digits: 0,
  look: 'hidden',
};

/** The answer to a question of one's own. */
export default function AnswerCheck({
  factorId,
  detail,
  purpose,
  submit,
  take,
  onRight,
  onElse,
}: CheckProps): ReactElement {
  return (
    <div className="stack">
      {detail !== null && <p className="strong">{detail}</p>}
      <CheckCode
        submit={submit}
        entry={answerEntry}
        take={take}
        check={(answer) =>
          request('verifyFactor', { params: { factorId }, body: { answer, ...(purpose !== undefined && { purpose }) } })
        }
        onRight={onRight}
        onElse={onElse}
      />
    </div>
  );
}
