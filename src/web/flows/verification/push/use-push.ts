import type { PurposeText } from '#contract/purposes.ts';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useEffectEvent, useReducer, useRef } from 'react';
import { headers as names, type Transaction } from '#contract/endpoints.ts';
import { now } from '../../../api/client/clock.ts';
import { pollInterval } from '../../../api/client/poll-interval.ts';
import { inBackground } from '../../../api/client/background.ts';
import { newKey, request } from '../../../api/client/request.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { pushFlow, type PushState } from './push-flow.ts';

/** In ms. After a push's expiry, its result may still arrive for this time. */
const grace = 15_000;

const isOpen = (answer: Transaction | undefined): boolean => !answer || answer.factorResult === 'WAITING';

type PushFlow = {
  state: PushState;
  trouble: unknown;
  send: () => void;
  cancel: () => void;
};

/** Polls while the page is visible, and cancels the push when the person leaves. */
export function usePush(factorId: string, purpose: PurposeText | undefined, onVerified: () => void): PushFlow {
  const [state, dispatch] = useReducer(pushFlow, { at: 'ready' });
  const { transactionId, expiresAt } = state.at === 'waiting' ? state.push : {};
  // All polls of a push have the same key. If a response is lost, the next poll gets the same result.
  const pollKey = useRef('');

  const sending = useSingleMutation({
    mutationFn: async () => {
      const verified = await request('verifyFactor', { params: { factorId }, body: purpose ? { purpose } : {} });
      pollKey.current = newKey();
      dispatch({ type: 'sent', verified });
    },
    onError: (error) => dispatch({ type: 'refused', error }),
    meta: { changes: false },
  });

  const { data, error } = usePoll(factorId, transactionId, pollKey);
  useEffect(() => {
    if (data) dispatch({ type: 'answered', transaction: data });
  }, [data]);
  const isOver = error !== null && pollInterval({ open: true, error }, now()) === false;
  useEffect(() => {
    if (isOver) dispatch({ type: 'refused', error });
  }, [isOver, error]);

  const verified = useEffectEvent(onVerified);
  const isApproved = state.at === 'approved';
  useEffect(() => {
    if (isApproved) verified();
  }, [isApproved]);

  useEffect(() => {
    if (expiresAt === undefined) return undefined;
    const left = Date.parse(expiresAt) - now() + grace;
    const timer = setTimeout(() => dispatch({ type: 'ran-out' }), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [expiresAt]);
  useCancelOnLeave(factorId, transactionId, data);

  return {
    state,
    trouble: isOver ? null : error,
    send() {
      dispatch({ type: 'send' });
      sending.mutate();
    },
    cancel: () => dispatch({ type: 'cancel' }),
  };
}

/** Background calls do not keep the session alive. */
const usePoll = (factorId: string, transactionId = '', key: RefObject<string>) =>
  useQuery({
    queryKey: ['transaction', factorId, transactionId],
    queryFn: ({ signal }) => {
      const headers = { [names.idempotencyKey]: key.current };
      return inBackground(() => request('pollTransaction', { params: { factorId, transactionId }, headers, signal }));
    },
    enabled: (query) => transactionId !== '' && isOpen(query.state.data),
    retry: false,
    gcTime: 0,
    refetchInterval: (query) => pollInterval({ open: isOpen(query.state.data), error: query.state.error }, now()),
  });

/** Cancels the push also when the person leaves the page before the phone has answered. */
function useCancelOnLeave(factorId: string, transactionId: string | undefined, answer: Transaction | undefined): void {
  const isClosed = useRef(true);
  useEffect(() => {
    if (answer) isClosed.current = !isOpen(answer);
  }, [answer]);
  // An error is ignored, because the push expires in any case.
  const cancel = useEffectEvent(
    (id: string) =>
      void request('cancelTransaction', { params: { factorId, transactionId: id }, keepalive: true }).catch(() => {}),
  );
  useEffect(() => {
    if (transactionId === undefined) return undefined;
    isClosed.current = false;
    const leave = (): void => {
      if (!isClosed.current) cancel(transactionId);
      isClosed.current = true;
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [transactionId]);
}
