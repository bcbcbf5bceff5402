import type { ReactElement } from 'react';
import { ApiError, type ErrorCode } from '#contract/errors.ts';
import { Failure } from '../../ui/failure.tsx';
import { type WordsId, useWords } from '../../words/words.tsx';
import { DeviceError } from './device.ts';

/** What a code means where it is about a key. */
const ofKeys: Partial<Record<ErrorCode, WordsId>> = {
  wrong_code: 'key.not_accepted',
  conflict: 'key.not_here',
};

/** What went wrong, in words about keys: the device's, or the server's. */
export function KeyProblem({ problem }: { problem: unknown }): ReactElement | null {
  const t = useWords();
  const words = problem instanceof DeviceError ? problem.words : problem instanceof ApiError && ofKeys[problem.code];
  if (!words) return <Failure error={problem} />;
  return (
    <div className="failure" role="alert">
      <p>{t(words)}</p>
    </div>
  );
}
