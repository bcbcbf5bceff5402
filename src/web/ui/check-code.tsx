import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useReducer } from 'react';
import type { WordsId } from '../words/words.tsx';
import { codeFlow } from './code-flow.ts';
import { CodeForm } from './code-form.tsx';

/** The whole of entering one code: sends it by `check`, shows what comes of it, and says when it was right. */
export function CheckCode({
  check,
  onRight,
  onRefused,
  submit,
  hint,
  others,
  take,
  look,
}: {
  /** Rejects when the code was not taken. */
  check: (passCode: string) => Promise<unknown>;
  onRight: () => void;
  /** True when the refusal is dealt with elsewhere. */
  onRefused?: (error: unknown) => boolean;
  submit: WordsId;
  hint?: WordsId;
  others?: ReactNode;
  take?: boolean;
  look?: string;
}): ReactElement {
  const [state, dispatch] = useReducer(codeFlow, { at: 'entering' });
  const checking = useMutation({
    mutationFn: async (passCode: string) => void (await check(passCode)),
    onMutate: () => dispatch({ type: 'sent' }),
    onSuccess: () => {
      dispatch({ type: 'accepted' });
      onRight();
    },
    onError: (error) => {
      if (!onRefused?.(error)) dispatch({ type: 'refused', error });
    },
  });
  return (
    <CodeForm
      submit={submit}
      problem={state.at === 'entering' ? state.problem : undefined}
      busy={state.at === 'checking' || state.at === 'right'}
      closedUntil={state.at === 'closed' ? state.retryAt : undefined}
      onCode={(passCode) => checking.mutate(passCode)}
      onReopen={() => dispatch({ type: 'reopened' })}
      others={others}
      {...(hint && { hint })}
      {...(take && { take })}
      {...(look && { look })}
    />
  );
}
