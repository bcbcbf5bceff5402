import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useReducer } from 'react';
import type { MessageId } from '../../i18n/translate.tsx';
import { codeFlow } from './code-flow.ts';
import { CodeForm } from './code-form.tsx';
import type { CodeFieldSpec } from './code-field-spec.ts';

/** Enters one code: sends it by `check`, shows errors, and calls `onVerified`. */
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
  /** Rejects when the code was refused. */
  check: (typed: string) => Promise<unknown>;
  onVerified: () => void;
  /** True when the caller handles the error. */
  onRefused?: (error: unknown) => boolean;
  submit: MessageId;
  /** By default, an app's code. */
  codeField?: CodeFieldSpec;
  others?: ReactNode;
  /** Goes to the other options, offered while this one is blocked. */
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
