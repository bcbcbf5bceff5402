import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ActivationPoll } from '#contract/endpoints.ts';
import { now } from '../../../../api/client/clock.ts';
import { pollInterval } from '../../../../api/client/poll-interval.ts';
import { inBackground } from '../../../../api/client/background.ts';
import { request } from '../../../../api/client/request.ts';
import { oneTab } from './one-tab.ts';

const isOpen = (answer: ActivationPoll | undefined): boolean => !answer || answer.result === 'WAITING';

/**
 * Asks every few seconds whether somebody's phone has finished; one tab of this browser asks, and tells the others.
 * `error`: why the last try failed; `over`: nobody asks again.
 */
export function useActivationPoll(factorId: string): {
  answer: ActivationPoll | undefined;
  error: unknown;
  over: boolean;
} {
  const client = useQueryClient();
  const name = `latchkey:activation:${factorId}`;
  const channel = useRef<BroadcastChannel>(undefined);
  const [ours, setOurs] = useState(false);

  useEffect(() => {
    // Who could not be told must ask for themselves.
    const told = typeof BroadcastChannel === 'function' ? new BroadcastChannel(name) : undefined;
    channel.current = told;
    told?.addEventListener('message', ({ data }: MessageEvent<ActivationPoll>) =>
      client.setQueryData(['activation', factorId], data),
    );
    const locks = told && (navigator.locks as LockManager | undefined);
    const stop = oneTab(name, setOurs, { locks, page: document });
    return () => {
      stop();
      told?.close();
    };
  }, [client, factorId, name]);

  const { data, error } = useQuery({
    queryKey: ['activation', factorId],
    // Marked as not the person's doing: they are at their phone.
    queryFn: async ({ signal }) => {
      const answer = await inBackground(() => request('pollActivation', { params: { factorId }, signal }));
      channel.current?.postMessage(answer);
      return answer;
    },
    // Not again after its last word, whatever else is fetched anew.
    enabled: ({ state }) => ours && isOpen(state.data),
    retry: false,
    gcTime: 0,
    refetchInterval: ({ state }) => pollInterval({ open: isOpen(state.data), error: state.error }, now()),
  });
  return { answer: data, error, over: error !== null && pollInterval({ open: true, error }, now()) === false };
}
