import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallerVerification, CallerVerificationBody } from '#contract/helpdesk.ts';
import { now } from '../../../api/client/clock.ts';
import { pollInterval } from '../../../api/client/poll-interval.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { helpdeskQueries } from '../../../api/client/helpdesk-queries.ts';

export type CallerVerificationState = {
  /** How the last way stands, or undefined before any was begun. */
  verification: CallerVerification | undefined;
  /** What was asked for while it is on its way. */
  asking: CallerVerificationBody | undefined;
  /** Why the last beginning failed, and the way it was. */
  refused: { error: unknown; body: CallerVerificationBody } | undefined;
  /** Why the last look at how it stands failed. */
  trouble: unknown;
  begin: (body: CallerVerificationBody) => void;
  answer: (code: string) => Promise<void>;
};

/** Verifying one caller: begins a way, watches how it stands until somebody answered, and takes the spoken code. */
export function useCallerVerification(
  userId: string,
  id: string | null,
  onBegun: (id: string) => void,
): CallerVerificationState {
  const client = useQueryClient();
  const keyOf = (verificationId: string) => helpdeskQueries.callerVerification(userId, verificationId).queryKey;
  const { data, error } = useQuery({
    ...helpdeskQueries.callerVerification(userId, id ?? ''),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      pollInterval({ open: state.data === undefined || state.data.status === 'waiting', error: state.error }, now()),
  });
  const { mutate, variables, ...beginning } = useMutation({
    mutationFn: async (body: CallerVerificationBody) => {
      const verification = await requestHelpdesk('startCallerVerification', { params: { userId }, body });
      client.setQueryData(keyOf(verification.id), verification);
      onBegun(verification.id);
    },
    meta: { changes: false },
  });
  return {
    verification: id === null ? undefined : data,
    asking: beginning.isPending ? variables : undefined,
    refused: beginning.error && variables ? { error: beginning.error, body: variables } : undefined,
    trouble: error,
    begin: (body) => !beginning.isPending && mutate(body),
    async answer(code) {
      if (id === null) return;
      client.setQueryData(
        keyOf(id),
        await requestHelpdesk('checkCallerCode', { params: { userId, id }, body: { code } }),
      );
    },
  };
}

/** Whether the caller has shown who they are, and still counts as verified. */
export const isVerified = (verification: CallerVerification | undefined): boolean =>
  verification?.status === 'verified' && Date.parse(verification.expiresAt) > now();
