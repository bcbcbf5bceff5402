import type { PurposeText } from '#contract/purposes.ts';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useReducer, useRef } from 'react';
import { headers as names, type Transaction } from '#contract/endpoints.ts';
import { now } from '../../../api/client/clock.ts';
import { pollInterval } from '../../../api/client/poll-interval.ts';
import { inBackground } from '../../../api/client/background.ts';
import { newKey, request } from '../../../api/client/request.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { pushFlow, type PushState } from './push-flow.ts';

/** How long after a push's expiry its result may still arrive, in milliseconds. */
const grace = 15_000;

const isOpen = (answer: Transaction | undefined): boolean => !answer || answer.factorResult === 'WAITING';

export type Pushing = {
  state: PushState;
  /** Why the last poll failed; polling continues. */
  trouble: unknown;
  send: () => void;
  cancel: () => void;
};

/**
 * Connects the flow to its API calls: sends, polls while the page is visible, and cancels the push when the user
 * leaves.
 */
export function usePush(factorId: string, purpose: PurposeText | undefined, onVerified: () => void): Pushing {
  const [state, dispatch] = useReducer(pushFlow, { at: 'ready' });
  /** True when there is nothing to cancel: the phone answered, or the push was cancelled. */
  const ended = useRef(true);
  const push = state.at === 'waiting' ? state.push : undefined;
  const transactionId = push?.transactionId;

  // One key for all polls of a push: if a response is lost, the next poll gets its result.
  const key = useRef({ of: transactionId, value: '' });
  const keyOf = (id: string): string => {
    if (key.current.of !== id || key.current.value === '') key.current = { of: id, value: newKey() };
    return key.current.value;
  };

  const sending = useSingleMutation({
    mutationFn: async () => {
      const verified = await request('verifyFactor', { params: { factorId }, body: purpose ? { purpose } : {} });
      dispatch({ type: 'sent', verified });
    },
    onError: (error) => dispatch({ type: 'refused', error }),
    meta: { changes: false },
  });

  const { data, error } = useQuery({
    queryKey: ['transaction', factorId, transactionId],
    // A background call: it does not keep the session alive.
    queryFn: ({ signal }) => {
      const id = transactionId ?? '';
      const headers = { [names.idempotencyKey]: keyOf(id) };
      return inBackground(() =>
        request('pollTransaction', { params: { factorId, transactionId: id }, headers, signal }),
      );
    },
    enabled: (query) => transactionId !== undefined && isOpen(query.state.data),
    retry: false,
    gcTime: 0,
    refetchInterval: (query) => pollInterval({ open: isOpen(query.state.data), error: query.state.error }, now()),
  });
  useEffect(() => {
    if (!data) return;
    ended.current = data.factorResult !== 'WAITING';
    dispatch({ type: 'answered', transaction: data });
  }, [data]);

  const over = error !== null && pollInterval({ open: true, error }, now()) === false;
  useEffect(() => {
    if (over) dispatch({ type: 'refused', error });
  }, [over, error]);

  const right = useEffectEvent(onVerified);
  const approved = state.at === 'approved';
  useEffect(() => {
    if (approved) right();
  }, [approved]);

  const expiresAt = push?.expiresAt;
  useEffect(() => {
    if (expiresAt === undefined) return undefined;
    const left = Date.parse(expiresAt) - now() + grace;
    const timer = setTimeout(() => dispatch({ type: 'ran-out' }), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [expiresAt]);

  // The push expires anyway, and no page is left to show an error.
  const takeBack = useEffectEvent(
    (id: string) =>
      void request('cancelTransaction', { params: { factorId, transactionId: id }, keepalive: true }).catch(() => {}),
  );
  useEffect(() => {
    if (transactionId === undefined) return undefined;
    ended.current = false;
    const leave = (): void => {
      if (!ended.current) takeBack(transactionId);
      ended.current = true;
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [transactionId]);

  return {
    state,
    trouble: over ? null : error,
    send() {
      dispatch({ type: 'send' });
      sending.mutate();
    },
    cancel: () => dispatch({ type: 'cancel' }),
  };
}
