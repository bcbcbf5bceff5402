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
 * One tab of this browser polls and sends the answer to the other tabs. `error`: why the last poll failed. `over`:
 * polling has ended.
 */
export function useActivationPoll(factorId: string): {
  answer: ActivationPoll | undefined;
  error: unknown;
  over: boolean;
} {
  const client = useQueryClient();
  const name = `latchkey:activation:${factorId}`;
  const channel = useRef<BroadcastChannel>(undefined);
  const [isMyTurn, setMyTurn] = useState(false);

  useEffect(() => {
    // Without BroadcastChannel, every tab has to poll.
    const otherTabs = typeof BroadcastChannel === 'function' ? new BroadcastChannel(name) : undefined;
    channel.current = otherTabs;
    otherTabs?.addEventListener('message', ({ data }: MessageEvent<ActivationPoll>) =>
      client.setQueryData(['activation', factorId], data),
    );
    const locks = otherTabs && (navigator.locks as LockManager | undefined);
    const stop = oneTab(name, setMyTurn, { locks, page: document });
    return () => {
      stop();
      otherTabs?.close();
    };
  }, [client, factorId, name]);

  const { data, error } = useQuery({
    queryKey: ['activation', factorId],
    // A background call does not keep the session alive.
    queryFn: async ({ signal }) => {
      const answer = await inBackground(() => request('pollActivation', { params: { factorId }, signal }));
      channel.current?.postMessage(answer);
      return answer;
    },
    // No poll after the final state, even if other queries refetch.
    enabled: ({ state }) => isMyTurn && isOpen(state.data),
    retry: false,
    gcTime: 0,
    refetchInterval: ({ state }) => pollInterval({ open: isOpen(state.data), error: state.error }, now()),
  });
  return { answer: data, error, over: error !== null && pollInterval({ open: true, error }, now()) === false };
}
