import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useReducer, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { EnrollBody, Factor } from '#contract/endpoints.ts';
import { noteChange } from '../../../api/query-client.ts';
import { request } from '../../../api/client/request.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { askStepUp } from '../../../flows/step-up/ask-step-up.ts';
import { takeInterruptedAction } from '../../../flows/step-up/interrupted-action.ts';
import { useNotice } from '../../../components/ui/notice-provider.tsx';
import { isAutoStart, isAutoStartOver } from './auto-start.ts';
import { endOf, enrollFlow, type EnrollState } from './enroll-flow.ts';
import { isMoving } from './return-link.ts';
import type { StepProps } from './steps.ts';

export type Enrolling = {
  state: EnrollState;
  /** The last input, until the flow ends: the start shows it again. */
  input: () => EnrollBody | undefined;
  /** Name of the action to resume after a step-up at Okta; this tab remembers it. */
  resumeAction: () => string;
  begin: (input: EnrollBody) => void;
  /** Starts with the last input and the recovery code. */
  withCode: (recoveryCode: string) => void;
  /** Starts with the last input; without one it waits for the user. */
  again: () => void;
  /** Starts with the last input, although another tab can still finish what it shows. */
  startOver: () => void;
  /** What the step after the start calls. */
  step: Omit<StepProps, 'factor' | 'start' | 'activation' | 'input'>;
};

const actionOf = (pathname: string, choice: EnrollBody): string => `${pathname} ${JSON.stringify(choice)}`;

/**
 * Connects the flow to its API calls. A secret goes from the response into the flow's state, never into a cache.
 * @param usual input of a kind that asks nothing first: with it a link can start at once.
 * @param replaces the method that the new one replaces, if any
 * @param choices inputs without personal data, so this tab may remember which one was chosen during a step-up at Okta.
 */
export function useEnrolling(
  usual: EnrollBody | undefined,
  choices: readonly EnrollBody[] = [],
  replaces?: string,
): Enrolling {
  const [state, dispatch] = useReducer(enrollFlow, { at: 'ready' });
  // Not a mutation variable, since those stay in the cache: the input may hold a secret answer.
  const input = useRef<EnrollBody>(undefined);
  /** Whether this page has shown an enrollment: it knows what a new one ends. */
  const hasShown = useRef(false);
  const notice = useNotice();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { pathname, search, state: linkState } = useLocation();
  const here = pathname + search;
  const moves = isMoving(search);

  const beginning = useSingleMutation({
    // Returns nothing: a mutation's result outlives the screen.
    mutationFn: async () => {
      if (!input.current) return;
      const body = hasShown.current ? { ...input.current, startOver: true as const } : input.current;
      if (replaces === undefined && !hasShown.current) await askStepUp(`enroll:${body.kind}`);
      const enrolled = await (replaces === undefined
        ? request('enrollFactor', { params: {}, body })
        : request('replaceFactor', { params: { factorId: replaces }, body }));
      hasShown.current = true;
      if (!enrolled.activation) input.current = undefined;
      dispatch({ type: 'begun', enrolled });
    },
    onError: (error) => dispatch({ type: 'begin-refused', error }),
    // The start's data is no longer needed.
    meta: { closesPage: true },
    gcTime: 0,
  });
  const dropping = useSingleMutation({
    mutationFn: async ({ factorId }: { factorId: string; isCancel: boolean }) =>
      void (await request('deleteFactor', { params: { factorId } })),
    meta: { closesPage: true },
    onSuccess: (_, { isCancel }) =>
      isCancel &&
      // The old one may be gone: nothing good has happened then.
      notice.showOnNextPage(moves ? { id: 'enroll.replace_cancelled', tone: 'caution' } : { id: 'enroll.cancelled' }),
    // If this fails, the list shows it as unfinished, and the user can discard it there.
    onSettled: (_data, _error, { isCancel }) => isCancel && void navigate(moves ? '/new-phone' : '/'),
  });

  const begin = (requested: EnrollBody): void => {
    if (beginning.isPending) return;
    input.current = requested;
    dispatch({ type: 'begin' });
    beginning.mutate();
  };
  const again = (): void => {
    const requested = input.current ?? usual;
    if (requested) begin(requested);
    else dispatch({ type: 'back' });
  };
  const finish = (factor: Factor): void => {
    input.current = undefined;
    dispatch({ type: 'activated', factor });
  };

  const onMount = useEffectEvent(() => {
    hasShown.current = isAutoStartOver(linkState);
    const startsAtOnce = isAutoStart(linkState);
    const chosen = choices.find((one) => takeInterruptedAction(actionOf(here, one)));
    const isResumed = takeInterruptedAction(here);
    // At once, so neither a reload nor Back starts again.
    if (startsAtOnce) void navigate(here, { replace: true });
    const requested = chosen ?? (isResumed || startsAtOnce ? usual : undefined);
    if (requested) begin(requested);
  });
  useEffect(() => onMount(), []);

  useEffect(() => {
    // A page in the back/forward cache must not keep the secret.
    const put = (): void => {
      input.current = undefined;
      dispatch({ type: 'left' });
    };
    window.addEventListener('pagehide', put);
    return () => window.removeEventListener('pagehide', put);
  }, []);

  const drop = (how: 'cancel' | 'back'): void => {
    if (!('enrollment' in state)) return;
    if (how === 'cancel') input.current = undefined;
    dispatch({ type: how });
    dropping.mutate({ factorId: state.enrollment.factor.id, isCancel: how === 'cancel' });
  };

  return {
    state,
    input: () => input.current,
    resumeAction() {
      const requested = JSON.stringify(input.current);
      const chosen = choices.find((one) => JSON.stringify(one) === requested);
      return chosen ? actionOf(here, chosen) : here;
    },
    begin,
    withCode: (recoveryCode) => input.current && begin({ ...input.current, recoveryCode }),
    again,
    startOver() {
      hasShown.current = true;
      again();
    },
    step: {
      async activate(body) {
        if (!('enrollment' in state)) return;
        const { start } = state.enrollment;
        dispatch({ type: 'sent' });
        try {
          const { factor } = await request('activateFactor', {
            params: { factorId: state.enrollment.factor.id },
            body: 'passCode' in body ? { ...body, start } : body,
          });
          finish(factor);
        } catch (error) {
          dispatch({ type: 'refused', error });
          throw error;
        }
      },
      onActive(factor) {
        noteChange(client);
        finish(factor);
      },
      onRefused(error) {
        dispatch({ type: 'refused', error });
        return endOf(error) !== undefined;
      },
      onExpired: () => dispatch({ type: 'ran-out' }),
      onBack: () => drop('back'),
      onCancel: () => drop('cancel'),
    },
  };
}
