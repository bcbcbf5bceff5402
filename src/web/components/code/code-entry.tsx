import { type ReactElement, useReducer, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import { useSingleMutation } from '../../api/use-single-mutation.ts';
import { codeFlow } from './code-flow.ts';
import { CodeForm, type CodeFormProps } from './code-form.tsx';

export type CodeEntryProps = CodeFormProps & {
  /** Rejects if the code was refused. */
  check: (typed: string) => Promise<unknown>;
  onVerified: () => void;
  /** Returns true if it handled the error. */
  onRefused?: (error: unknown) => boolean;
};

export function CodeEntry({ check, onVerified, onRefused, ...form }: CodeEntryProps): ReactElement {
  const [state, dispatch] = useReducer(codeFlow, { at: 'entering' });
  const [misses, setMisses] = useState(0);
  const checking = useSingleMutation({
    mutationFn: async (typed: string) => void (await check(typed)),
    onMutate: () => dispatch({ type: 'sent' }),
    onSuccess: () => {
      dispatch({ type: 'accepted' });
      onVerified();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'wrong_code') setMisses((before) => before + 1);
      if (!onRefused?.(error)) dispatch({ type: 'refused', error });
    },
  });
  return (
    <CodeForm
      {...form}
      problem={state.at === 'entering' ? state.problem : undefined}
      misses={misses}
      busy={state.at === 'checking' || state.at === 'verified'}
      attemptLimit={state.at === 'blocked' ? state.attemptLimit : undefined}
      onCode={checking.mutate}
      onUnblocked={() => dispatch({ type: 'unblocked' })}
    />
  );
}
