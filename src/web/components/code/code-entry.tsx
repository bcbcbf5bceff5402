import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useReducer, useRef, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import { codeFlow } from './code-flow.ts';
import { CodeForm, type CodeFormProps } from './code-form.tsx';

export type CodeEntryProps = CodeFormProps & {
  /** Rejects when the code was refused. */
  check: (typed: string) => Promise<unknown>;
  onVerified: () => void;
  /** True when the caller handles the error. */
  onRefused?: (error: unknown) => boolean;
};

/** Enters one code: sends it by `check`, shows errors, and calls `onVerified`. */
export function CodeEntry({ check, onVerified, onRefused, ...form }: CodeEntryProps): ReactElement {
  const [state, dispatch] = useReducer(codeFlow, { at: 'entering' });
  const [misses, setMisses] = useState(0);
  // Enter twice comes faster than a render. The first request may renew the session, and the second then has the old
  // cookie, as if the session had ended.
  const running = useRef(false);
  const checking = useMutation({
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
    onSettled: () => void (running.current = false),
  });
  const send = (typed: string): void => {
    if (running.current) return;
    running.current = true;
    checking.mutate(typed);
  };
  return (
    <CodeForm
      {...form}
      problem={state.at === 'entering' ? state.problem : undefined}
      misses={misses}
      busy={state.at === 'checking' || state.at === 'verified'}
      attemptLimit={state.at === 'blocked' ? state.attemptLimit : undefined}
      onCode={send}
      onUnblocked={() => dispatch({ type: 'unblocked' })}
    />
  );
}
