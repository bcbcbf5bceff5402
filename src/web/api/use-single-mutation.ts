// oxlint-disable-next-line no-restricted-imports -- the one use: this hook is what the rule asks for
import { useMutation, type UseMutationOptions, type UseMutationResult } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';

/** Ignores a call while another runs. A second click can come before the button looks busy. */
export function useSingleMutation<Data, Variables = void>(
  options: UseMutationOptions<Data, Error, Variables>,
): UseMutationResult<Data, Error, Variables> {
  const isRunning = useRef(false);
  const mutation = useMutation({
    ...options,
    onSettled(...outcome) {
      isRunning.current = false;
      return options.onSettled?.(...outcome);
    },
  });
  const { mutate } = mutation;
  const mutateOnce: typeof mutate = useCallback(
    (...variables) => {
      if (isRunning.current) return;
      isRunning.current = true;
      mutate(...variables);
    },
    [mutate],
  );
  return { ...mutation, mutate: mutateOnce };
}
