import { useEffect } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallerVerification, CallerVerificationBody, HelpdeskPerson } from '#contract/helpdesk.ts';
import { now } from '../../../api/client/clock.ts';
import { pollInterval } from '../../../api/client/poll-interval.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import type { ResetDraft } from '../reset/reset-draft.ts';
import type { Plan } from '../reset/use-plan.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';

type Choice = CallerVerificationBody['choice'];
type Drafted = Pick<ResetDraft, 'selected' | 'reason' | 'operation'>;

export function createChoice({ selected, reason, operation }: Drafted): Choice | undefined {
  if (operation === 'unlock') return { factorIds: [], reason: 'locked-out' };
  if (reason === '') return undefined;
  if (operation === 'unfreeze') return { factorIds: [], reason };
  if (selected.length === 0) return undefined;
  return { factorIds: selected === 'all' ? 'all' : [...selected], reason };
}

export type CallerVerificationState = {
  verification: CallerVerification | undefined;
  asking: CallerVerificationBody | undefined;
  refused: { error: unknown; body: CallerVerificationBody } | undefined;
  trouble: unknown;
  begin: (body: CallerVerificationBody) => void;
  answer: (code: string) => Promise<void>;
};

/** `verified`: the caller is verified for the current choice. */
export type CallerStep = {
  found: HelpdeskPerson;
  report: { isOpen: boolean | undefined; open: () => void };
  draft: ResetDraft;
  caller: CallerVerificationState;
  plan: Plan;
  verified: boolean;
  change: (part: Partial<ResetDraft>) => void;
};

export function useCallerVerification(
  userId: string,
  id: string | null,
  onBegun: (id: string) => void,
): CallerVerificationState {
  const client = useQueryClient();
  const getQueryKey = (verificationId: string) => helpdeskQueries.callerVerification(userId, verificationId).queryKey;
  const { data, error } = useQuery({
    ...helpdeskQueries.callerVerification(userId, id ?? ''),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      pollInterval({ open: state.data === undefined || state.data.status === 'waiting', error: state.error }, now()),
  });
  // A denial changes what a reset of this person requires.
  const denied = data?.status === 'denied';
  useEffect(() => {
    if (denied) void client.invalidateQueries(helpdeskQueries.person(userId));
  }, [client, denied, userId]);
  const { mutate, variables, ...beginning } = useSingleMutation({
    mutationFn: async (body: CallerVerificationBody) => {
      const verification = await requestHelpdesk('startCallerVerification', { params: { userId }, body });
      client.setQueryData(getQueryKey(verification.id), verification);
      onBegun(verification.id);
    },
    meta: { changes: false },
  });
  return {
    verification: id === null ? undefined : data,
    asking: beginning.isPending ? variables : undefined,
    refused: beginning.error && variables ? { error: beginning.error, body: variables } : undefined,
    trouble: error,
    begin: mutate,
    async answer(code) {
      if (id === null) return;
      client.setQueryData(
        getQueryKey(id),
        await requestHelpdesk('checkCallerCode', { params: { userId, id }, body: { code } }),
      );
    },
  };
}

export const isVerified = (verification: CallerVerification | undefined): boolean =>
  verification?.status === 'verified' && Date.parse(verification.expiresAt) > now();
