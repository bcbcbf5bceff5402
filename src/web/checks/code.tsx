import type { ReactElement } from 'react';
import { request } from '../client/request.ts';
import { faceOf } from '../factors/registry.ts';
import { CheckCode } from '../ui/check-code.tsx';
import type { CheckProps } from './registry.ts';

/** A code that the method shows or types. */
export default function CodeCheck({
  factorId,
  kind,
  purpose,
  submit,
  take,
  onRight,
  onElse,
}: CheckProps): ReactElement {
  return (
    <CheckCode
      submit={submit}
      entry={faceOf(kind).entry}
      take={take}
      check={(passCode) =>
        request('verifyFactor', { params: { factorId }, body: { passCode, ...(purpose && { purpose }) } })
      }
      onRight={onRight}
      onElse={onElse}
    />
  );
}
