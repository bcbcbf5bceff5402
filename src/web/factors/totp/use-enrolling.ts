import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useReducer } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { EnrollBody } from '#contract/endpoints.ts';
import { headers } from '#contract/endpoints.ts';
import { request } from '../../client/request.ts';
import { takeResume } from '../../client/resume.ts';
import { useNotice } from '../../ui/notice-keeper.tsx';
import { isBegin } from '../begin.ts';
import { enrollFlow, type EnrollState } from './enroll-flow.ts';

export type Enrolling = {
  state: EnrollState;
  begin: () => void;
  enterCode: (passCode: string) => void;
  reopen: () => void;
  runOut: () => void;
  cancel: () => void;
};

/** Joins the flow to its calls. The secret goes from the reply to the flow's state, and into no cache. */
export function useEnrolling(body: EnrollBody): Enrolling {
  const [state, dispatch] = useReducer(enrollFlow, { at: 'ready' });
  const location = useLocation();
  const navigate = useNavigate();
  const notice = useNotice();

  const beginning = useMutation({
    // Returns nothing: a mutation's result outlives the screen that asked for it.
    mutationFn: async (key: string) => {
      const call = { params: {}, body, headers: { [headers.idempotencyKey]: key } };
      dispatch({ type: 'begun', enrolled: await request('enrollFactor', call) });
    },
    onError: (error) => dispatch({ type: 'begin-refused', error }),
    gcTime: 0,
  });
  const activating = useMutation({
    mutationFn: async ({ factorId, passCode }: { factorId: string; passCode: string }) => {
      const { factor } = await request('activateFactor', { params: { factorId }, body: { passCode } });
      dispatch({ type: 'activated', factor });
    },
    onError: (error) => dispatch({ type: 'code-refused', error }),
    gcTime: 0,
  });
  const dropping = useMutation({
    mutationFn: async (factorId: string) => void (await request('deleteFactor', { params: { factorId } })),
    meta: { leaves: true },
    onSuccess: () => notice.leave({ id: 'enroll.cancelled' }),
    // Not dropped, it stands on the list as unfinished, and can be dropped there.
    onSettled: () => void navigate('/'),
  });

  const begin = (): void => {
    if (beginning.isPending) return;
    dispatch({ type: 'begin' });
    beginning.mutate(crypto.randomUUID());
  };

  const { pathname } = location;
  const wished = isBegin(location.state);
  const arrive = useEffectEvent(() => {
    const resumed = takeResume(pathname);
    if (!wished && !resumed) return;
    // At once, so that neither reload nor Back begins again.
    if (wished) void navigate(pathname, { replace: true, state: null });
    begin();
  });
  useEffect(() => arrive(), []);

  useEffect(() => {
    // A page kept for Back must not keep the secret.
    const put = (): void => dispatch({ type: 'left' });
    window.addEventListener('pagehide', put);
    return () => window.removeEventListener('pagehide', put);
  }, []);

  return {
    state,
    begin,
    enterCode(passCode) {
      if (state.at !== 'scanning') return;
      dispatch({ type: 'code-sent' });
      activating.mutate({ factorId: state.enrollment.factorId, passCode });
    },
    reopen: () => dispatch({ type: 'reopened' }),
    runOut: () => dispatch({ type: 'ran-out' }),
    cancel() {
      if (!('enrollment' in state)) return;
      dispatch({ type: 'cancel' });
      dropping.mutate(state.enrollment.factorId);
    },
  };
}
