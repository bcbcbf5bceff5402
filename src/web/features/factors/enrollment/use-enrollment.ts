import { useQueryClient } from '@tanstack/react-query';
import { type ActionDispatch, useEffect, useEffectEvent, useReducer } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { EnrollBody, Enrolled, Factor } from '#contract/endpoints.ts';
import { invalidateData } from '../../../api/query-client.ts';
import { request } from '../../../api/client/request.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { askStepUp } from '../../../flows/step-up/ask-step-up.ts';
import { findStepUpRequirement } from '../../../flows/step-up/use-step-up.ts';
import { useNotice } from '../../../components/ui/notice-provider.tsx';
import { isAutoStart, isAutoStartOver, nameStart, takeInterruptedStart } from './auto-start.ts';
import { type EnrollEvent, enrollFlow, type EnrollState, findEnd } from './enroll-flow.ts';
import { isMoving, readNext } from './return-link.ts';
import type { StepProps } from './steps.ts';

type StepActions = Omit<StepProps, 'factor' | 'start' | 'activation' | 'input'>;
type Dispatch = ActionDispatch<[event: EnrollEvent]>;

export type EnrollmentFlow = {
  state: EnrollState;
  /** The page resumes this action after a step-up at Okta. */
  resumeAction: string;
  begin: (input: EnrollBody) => void;
  submitRecoveryCode: (recoveryCode: string) => void;
  /** Starts with the last input. Without one, starts with `usual` or goes back to the start screen. */
  startAgain: () => void;
  chooseAgain: () => void;
  /** Ends the enrollment that another tab can still finish. */
  startOver: () => void;
  step: StepActions;
};

/**
 * A secret goes from the response into the flow's state, never into a cache. `usual`: the input if the kind has no form
 * before the start. `choices`: inputs without personal data, which this tab may store during a step-up at Okta.
 */
export function useEnrollment(
  usual: EnrollBody | undefined,
  choices: readonly EnrollBody[] = [],
  replaces?: string,
): EnrollmentFlow {
  const navigate = useNavigate();
  const { pathname, search, state: linkState } = useLocation();
  const here = pathname + search;
  const [state, dispatch] = useReducer(enrollFlow, { at: 'ready', startsOver: isAutoStartOver(linkState) });
  useStart(state, dispatch, replaces);
  const step = useStepActions(state, dispatch);

  const onMount = useEffectEvent(() => {
    const startsAtOnce = isAutoStart(linkState);
    const first = usual ?? choices[0];
    const input = takeInterruptedStart(here, choices, usual) ?? (startsAtOnce && !replaces ? usual : undefined);
    // Replaces the history entry, so that neither a reload nor Back starts the enrollment again.
    const next = readNext(linkState);
    if (startsAtOnce) void navigate(here, { replace: true, state: next.length > 0 ? { next } : null });
    if (input) dispatch({ type: 'begin', input });
    else if (startsAtOnce && replaces !== undefined && first) void askFirst(dispatch, first, replaces);
  });
  useEffect(() => onMount(), []);
  useEffect(() => {
    const leave = (): void => dispatch({ type: 'left' });
    window.addEventListener('pagehide', leave);
    return () => window.removeEventListener('pagehide', leave);
  }, []);

  const startAgain = (startsOver?: true): void => {
    const input = state.input ?? usual;
    dispatch(input ? { type: 'begin', input, ...(startsOver && { startsOver }) } : { type: 'back' });
  };
  return {
    state,
    resumeAction: nameStart(here, choices, state.input),
    begin: (input) => dispatch({ type: 'begin', input }),
    submitRecoveryCode: (recoveryCode) =>
      state.input && dispatch({ type: 'begin', input: { ...state.input, recoveryCode } }),
    startAgain: () => startAgain(),
    chooseAgain: () => dispatch({ type: 'back' }),
    startOver: () => startAgain(true),
    step,
  };
}

/**
 * If no step-up is missing, nothing happens: a replacement first removes the old method, so a link must not start it.
 */
async function askFirst(dispatch: Dispatch, input: EnrollBody, replaces: string): Promise<void> {
  const error: unknown = await askStepUp(`replace:${replaces}`).catch((refused: unknown) => refused);
  const requirement = findStepUpRequirement(error);
  if (requirement) dispatch({ type: 'proof-missing', input, requirement });
}

/** Not a mutation, because a mutation caches its variables, here perhaps a secret answer. */
function useStart(state: EnrollState, dispatch: Dispatch, replaces: string | undefined): void {
  const client = useQueryClient();
  const start = useEffectEvent(async () => {
    if (!state.input) return;
    try {
      const enrolled = await enroll(state.input, state.startsOver === true, replaces);
      dispatch({ type: 'begun', enrolled });
      // The start screen's data is no longer needed.
      invalidateData(client, 'none');
    } catch (error) {
      dispatch({ type: 'begin-refused', error });
    }
  });
  useEffect(() => {
    if (state.at === 'starting') void start();
  }, [state.at]);
}

async function enroll(input: EnrollBody, startsOver: boolean, replaces: string | undefined): Promise<Enrolled> {
  const body = startsOver ? { ...input, startOver: true as const } : input;
  if (replaces !== undefined) return request('replaceFactor', { params: { factorId: replaces }, body });
  if (!startsOver) await askStepUp(`enroll:${input.kind}`);
  return request('enrollFactor', { params: {}, body });
}

function useStepActions(state: EnrollState, dispatch: Dispatch): StepActions {
  const client = useQueryClient();
  const drop = useDrop(state, dispatch);
  return {
    async activate(body) {
      if (!('enrollment' in state)) return;
      const { factor, start } = state.enrollment;
      dispatch({ type: 'sent' });
      try {
        const activated = await request('activateFactor', {
          params: { factorId: factor.id },
          body: 'passCode' in body ? { ...body, start } : body,
        });
        dispatch({ type: 'activated', factor: activated.factor });
      } catch (error) {
        dispatch({ type: 'refused', error });
        throw error;
      }
    },
    onActive(factor: Factor) {
      invalidateData(client);
      dispatch({ type: 'activated', factor });
    },
    onRefused(error) {
      dispatch({ type: 'refused', error });
      return findEnd(error) !== undefined;
    },
    onExpired: () => dispatch({ type: 'ran-out' }),
    onBack: () => drop('back'),
    onCancel: () => drop('cancel'),
  };
}

function useDrop(state: EnrollState, dispatch: Dispatch): (how: 'cancel' | 'back') => void {
  const notice = useNotice();
  const navigate = useNavigate();
  const moves = isMoving(useLocation().search);
  const { mutate } = useSingleMutation({
    mutationFn: async ({ factorId }: { factorId: string; isCancel: boolean }) =>
      void (await request('deleteFactor', { params: { factorId } })),
    meta: { closesPage: true },
    onSuccess: (_, { isCancel }) =>
      isCancel &&
      // A caution, because a replacement may have already removed the old method.
      notice.showOnNextPage(moves ? { id: 'enroll.replace_cancelled', tone: 'caution' } : { id: 'enroll.cancelled' }),
    // If the deletion fails, the person can discard the unfinished method in the list.
    onSettled: (_data, _error, { isCancel }) => isCancel && void navigate(moves ? '/new-phone' : '/'),
  });
  return (how) => {
    if (!('enrollment' in state)) return;
    dispatch({ type: how });
    mutate({ factorId: state.enrollment.factor.id, isCancel: how === 'cancel' });
  };
}
