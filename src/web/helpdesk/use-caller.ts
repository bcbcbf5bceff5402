import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallerProof, CallerProofBody } from '#contract/helpdesk.ts';
import { now } from '../client/clock.ts';
import { pollPause } from '../client/poll-pause.ts';
import { requestDesk } from '../client/request-desk.ts';
import { deskQueries } from './queries.ts';

export type Caller = {
  /** How the last way stands, or undefined before any was begun. */
  proof: CallerProof | undefined;
  /** What was asked for while it is on its way. */
  asking: CallerProofBody | undefined;
  /** Why the last beginning failed, and the way it was. */
  refused: { error: unknown; body: CallerProofBody } | undefined;
  /** Why the last look at how it stands failed. */
  trouble: unknown;
  begin: (body: CallerProofBody) => void;
  answer: (code: string) => Promise<void>;
};

/** Verifying one caller: begins a way, watches how it stands until somebody answered, and takes the spoken code. */
export function useCaller(userId: string, id: string | null, onBegun: (id: string) => void): Caller {
  const client = useQueryClient();
  const keyOf = (proofId: string) => deskQueries.callerProof(userId, proofId).queryKey;
  const { data, error } = useQuery({
    ...deskQueries.callerProof(userId, id ?? ''),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      pollPause({ open: state.data === undefined || state.data.status === 'waiting', error: state.error }, now()),
  });
  const { mutate, variables, ...beginning } = useMutation({
    mutationFn: async (body: CallerProofBody) => {
      const proof = await requestDesk('beginCallerProof', { params: { userId }, body });
      client.setQueryData(keyOf(proof.id), proof);
      onBegun(proof.id);
    },
    meta: { changes: false },
  });
  return {
    proof: id === null ? undefined : data,
    asking: beginning.isPending ? variables : undefined,
    refused: beginning.error && variables ? { error: beginning.error, body: variables } : undefined,
    trouble: error,
    begin: (body) => !beginning.isPending && mutate(body),
    async answer(code) {
      if (id === null) return;
      client.setQueryData(
        keyOf(id),
        await requestDesk('answerCallerProof', { params: { userId, id }, body: { code } }),
      );
    },
  };
}

/** Whether the caller has shown who they are, and still counts as verified. */
export const isProven = (proof: CallerProof | undefined): boolean =>
  proof?.status === 'proven' && Date.parse(proof.expiresAt) > now();
