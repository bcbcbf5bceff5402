import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useReducer } from 'react';
import type { MessageId } from '../../i18n/translate.tsx';
import { codeFlow } from './code-flow.ts';
import { CodeForm } from './code-form.tsx';
import type { CodeFieldSpec } from './code-field-spec.ts';

/** The whole of entering one code: sends it by `check`, shows what comes of it, and says when it was right. */
export function CodeEntry({
  check,
  onVerified,
  onRefused,
  submit,
  codeField,
  others,
  onChooseAnother,
  focusOnMount,
  variant,
}: {
  /** Rejects when the code was not taken. */
  check: (typed: string) => Promise<unknown>;
  onVerified: () => void;
  /** True when the refusal is dealt with elsewhere. */
  onRefused?: (error: unknown) => boolean;
  submit: MessageId;
  /** A code that an app shows, unless said. */
  codeField?: CodeFieldSpec;
  others?: ReactNode;
  /** Leads to the other ways, offered while this one is closed. */
  onChooseAnother?: (() => void) | undefined;
  focusOnMount?: boolean;
  variant?: string;
}): ReactElement {
  const [state, dispatch] = useReducer(codeFlow, { at: 'entering' });
  const checking = useMutation({
    mutationFn: async (typed: string) => void (await check(typed)),
    onMutate: () => dispatch({ type: 'sent' }),
    onSuccess: () => {
      dispatch({ type: 'accepted' });
      onVerified();
    },
    onError: (error) => {
      if (!onRefused?.(error)) dispatch({ type: 'refused', error });
    },
  });
  return (
    <CodeForm
      submit={submit}
      problem={state.at === 'entering' ? state.problem : undefined}
      busy={state.at === 'checking' || state.at === 'verified'}
      attemptLimit={state.at === 'blocked' ? state.attemptLimit : undefined}
      onCode={(typed) => checking.mutate(typed)}
      onUnblocked={() => dispatch({ type: 'unblocked' })}
      others={others}
      onChooseAnother={onChooseAnother}
      {...(codeField && { codeField })}
      {...(focusOnMount && { focusOnMount })}
      {...(variant && { variant })}
    />
  );
}
