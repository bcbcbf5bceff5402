import type { Activation, EnrollBody, Enrolled, Factor } from '#contract/endpoints.ts';
import { ApiError, type ErrorCode } from '#contract/errors.ts';
import { findStepUpRequirement, type StepUpRequirement } from '../../../flows/step-up/use-step-up.ts';

/** Only this state holds a secret, from the response until the flow ends. */
export type Enrollment = { factor: Factor; activation: Activation; start?: number | undefined };

/**
 * ready → starting → open ⇄ sending → done. A kind that is active immediately goes from `starting` to `done`.
 * `already`: the method exists. `elsewhere`: another tab can finish the enrollment. `gone`: the method was deleted
 * elsewhere.
 */
type Screen =
  | { at: 'ready' }
  | { at: 'starting' }
  | { at: 'step-up'; requirement: StepUpRequirement }
  | { at: 'recovery-code'; why: unknown }
  | { at: 'open'; enrollment: Enrollment }
  | { at: 'sending'; enrollment: Enrollment }
  | { at: 'done'; factor: Factor }
  | { at: 'expired' }
  | { at: 'gone' }
  | { at: 'cancelled' }
  | { at: 'already'; factorId?: string | undefined }
  | { at: 'elsewhere'; factorId?: string | undefined }
  | { at: 'failed'; error: unknown };

type Kept = {
  /** What the person entered, perhaps a secret answer. The start screen shows it again. */
  input?: EnrollBody | undefined;
  /** Allows the next start to end an enrollment that another tab could finish. The person was warned. */
  startsOver?: boolean;
  /** The person has done a step-up on this page. */
  hasSteppedUp?: boolean;
};

export type EnrollState = Kept & Screen;

export type EnrollEvent =
  | { type: 'begin'; input: EnrollBody; startsOver?: true }
  | { type: 'begun'; enrolled: Enrolled }
  | { type: 'begin-refused'; error: unknown }
  /** A link opened the page, and a step-up must be done first. No enrollment was begun. */
  | { type: 'proof-missing'; input: EnrollBody; requirement: StepUpRequirement }
  | { type: 'sent' }
  | { type: 'activated'; factor: Factor }
  | { type: 'refused'; error: unknown }
  | { type: 'ran-out' }
  | { type: 'cancel' }
  /** Goes back to the start screen, for example to correct a number. */
  | { type: 'back' }
  /** The person leaves the page. The browser's Back button may show the page again. */
  | { type: 'left' };

const expiredCodes = new Set(['step_up_required', 'conflict']);

/**
 * Undefined: the person can retry. `already`: another tab activated the method. If told “Time ran out”, people would
 * delete an app that works.
 */
export function findEnd(error: unknown): 'expired' | 'gone' | 'already' | 'elsewhere' | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === 'already_enrolled') return 'already';
  if (error.code === 'open_elsewhere') return 'elsewhere';
  // `forbidden`: another session has started over.
  if (error.code === 'not_found' || error.code === 'forbidden') return 'gone';
  return expiredCodes.has(error.code) ? 'expired' : undefined;
}

export function enrollFlow(state: EnrollState, event: EnrollEvent): EnrollState {
  const { input, startsOver, hasSteppedUp } = state;
  const kept = { input, startsOver, hasSteppedUp };
  switch (event.type) {
    case 'begin':
      if ('enrollment' in state || state.at === 'starting') return state;
      return {
        at: 'starting',
        input: event.input,
        startsOver: event.startsOver ?? startsOver,
        hasSteppedUp: hasSteppedUp || state.at === 'step-up',
      };
    case 'begun': {
      if (state.at !== 'starting') return state;
      const { factor, activation, start } = event.enrolled;
      return activation
        ? { ...kept, startsOver: true, at: 'open', enrollment: { factor, activation, start } }
        : { ...kept, startsOver: true, input: undefined, at: 'done', factor };
    }
    case 'begin-refused':
      return state.at === 'starting' ? { ...kept, ...showRefusal(event.error) } : state;
    case 'proof-missing':
      return state.at === 'ready'
        ? { ...kept, input: event.input, at: 'step-up', requirement: event.requirement }
        : state;
    case 'sent':
      return state.at === 'open' ? { ...state, at: 'sending' } : state;
    case 'activated':
      return 'enrollment' in state ? { ...kept, input: undefined, at: 'done', factor: event.factor } : state;
    case 'refused': {
      if (!('enrollment' in state)) return state;
      const end = findEnd(event.error);
      if (end) return { ...kept, ...(end === 'expired' || end === 'gone' ? { at: end } : showRefusal(event.error)) };
      return state.at === 'sending' ? { ...state, at: 'open' } : state;
    }
    case 'ran-out':
      // While a code is being sent, the server decides whether the code is in time.
      return state.at === 'open' ? { ...kept, at: 'expired' } : state;
    case 'cancel':
      return 'enrollment' in state ? { ...kept, input: undefined, at: 'cancelled' } : state;
    case 'back':
      return 'enrollment' in state || ['expired', 'gone', 'step-up'].includes(state.at)
        ? { ...kept, at: 'ready' }
        : state;
    case 'left':
      // The browser may keep the page for its Back button, so the secret and the answer are deleted.
      if ('enrollment' in state) return { ...kept, input: undefined, at: 'ready' };
      return input ? { ...state, input: undefined } : state;
  }
}

/** At the start only a recovery code is checked, so `wrong_code` is about the recovery code. */
const needsRecoveryCode = new Set(['recovery_code_required', 'wrong_code']);

const existing: Partial<Record<ErrorCode, 'already' | 'elsewhere'>> = {
  already_enrolled: 'already',
  open_elsewhere: 'elsewhere',
};

function showRefusal(error: unknown): Screen {
  const requirement = findStepUpRequirement(error);
  if (requirement) return { at: 'step-up', requirement };
  if (error instanceof ApiError && needsRecoveryCode.has(error.code)) return { at: 'recovery-code', why: error };
  const at = error instanceof ApiError ? existing[error.code] : undefined;
  return at ? { at, factorId: (error as ApiError).details.factorId } : { at: 'failed', error };
}
