import { type ReactElement, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import { useSingleMutation } from '../../api/use-single-mutation.ts';
import { findAttemptLimit, useAttemptLimit } from '../failure/attempt-limit.ts';
import { type CodeProblem, getCodeProblem } from './code-problem.ts';
import { CodeForm, type CodeFormProps } from './code-form.tsx';

export type CodeEntryProps = CodeFormProps & {
  /** The kind of the method whose code is checked. Wrong codes may block it. */
  kind: string;
  /** Rejects if the code was refused. */
  check: (typed: string) => Promise<unknown>;
  onVerified: () => void;
  /** Returns true if it handled the error. */
  onRefused?: (error: unknown) => boolean;
};

export function CodeEntry({ kind, check, onVerified, onRefused, ...form }: CodeEntryProps): ReactElement {
  const [problem, setProblem] = useState<CodeProblem>();
  const { limit, record, end } = useAttemptLimit(kind);
  const [misses, setMisses] = useState(0);
  const checking = useSingleMutation({
    mutationFn: async (typed: string) => void (await check(typed)),
    onMutate: () => setProblem(undefined),
    onSuccess: onVerified,
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'wrong_code') setMisses((before) => before + 1);
      record(error);
      if (!onRefused?.(error) && !findAttemptLimit(error)) setProblem(getCodeProblem(error));
    },
  });
  return (
    <CodeForm
      {...form}
      problem={problem}
      misses={misses}
      busy={checking.isPending || checking.isSuccess}
      attemptLimit={limit}
      onCode={checking.mutate}
      onUnblocked={end}
    />
  );
}
