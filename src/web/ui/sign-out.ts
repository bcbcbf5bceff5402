import { useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { ApiError } from '#contract/errors.ts';
import { request } from '../client/request.ts';
import { sessionState } from '../client/session-end.ts';

/** Signs out here, then at Okta. Nothing stays on the screen or in memory for the Back button to bring up. */
export function useSignOut(): UseMutationResult<string, Error, void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      try {
        return (await request('signOut', { params: {} })).redirectTo;
      } catch (error) {
        // Ended already: there is nothing left to sign out of.
        if (error instanceof ApiError && error.code === 'signed_out') return '/signed-out';
        throw error;
      }
    },
    onSuccess: (redirectTo) => {
      sessionState.set('left');
      client.clear();
      window.location.assign(redirectTo);
    },
    // That page says what went wrong, and has the button.
    onError: () => void navigate('/sign-out', { state: { failed: true } }),
  });
}
