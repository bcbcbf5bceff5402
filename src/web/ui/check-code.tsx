import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useReducer } from 'react';
import type { MessageId } from '../i18n/translate.tsx';
import { codeFlow } from './code-flow.ts';
import { CodeForm } from './code-form.tsx';
import type { Entry } from './entry.ts';

/** The whole of entering one code: sends it by `check`, shows what comes of it, and says when it was right. */
export function CheckCode({
  check,
  onRight,
  onRefused,
  submit,
  entry,
  others,
  onElse,
  take,
  look,
}: {
  /** Rejects when the code was not taken. */
  check: (typed: string) => Promise<unknown>;
  onRight: () => void;
  /** True when the refusal is dealt with elsewhere. */
  onRefused?: (error: unknown) => boolean;
  submit: MessageId;
  /** A code that an app shows, unless said. */
  entry?: Entry;
  others?: ReactNode;
  /** Leads to the other ways, offered while this one is closed. */
  onElse?: (() => void) | undefined;
  take?: boolean;
  look?: string;
}): ReactElement {
  const [state, dispatch] = useReducer(codeFlow, { at: 'entering' });
  const checking = useMutation({
    mutationFn: async (typed: string) => void (await check(typed)),
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
      closing={state.at === 'closed' ? state.closing : undefined}
      onCode={(typed) => checking.mutate(typed)}
      onReopen={() => dispatch({ type: 'reopened' })}
      others={others}
      onElse={onElse}
      {...(entry && { entry })}
      {...(take && { take })}
      {...(look && { look })}
    />
  );
}
