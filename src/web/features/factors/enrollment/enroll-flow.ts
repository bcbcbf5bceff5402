import type { Activation, Enrolled, Factor } from '#contract/endpoints.ts';
import { ApiError, type ErrorCode } from '#contract/errors.ts';
import { findStepUpRequirement, type StepUpRequirement } from '../../../flows/step-up/use-step-up.ts';

/** How to finish. Only this state holds a secret, from the response until the flow ends. */
export type Enrollment = { factor: Factor; activation: Activation; start?: number | undefined };

/**
 * ready → starting → open ⇄ sending → done, or: `step-up`: needs one first; `recovery-code`: needs the recovery code,
 * `why` is the error; `already`: exists; `elsewhere`: another tab can finish it; `failed`: did not start; `expired`,
 * `cancelled`. A kind that is active at once goes from `starting` to `done`.
 */
export type EnrollState =
  | { at: 'ready' }
  | { at: 'starting' }
  | { at: 'step-up'; requirement: StepUpRequirement }
  | { at: 'recovery-code'; why: unknown }
  | { at: 'open'; enrollment: Enrollment }
  | { at: 'sending'; enrollment: Enrollment }
  | { at: 'done'; factor: Factor }
  | { at: 'expired' }
  | { at: 'cancelled' }
  | { at: 'already'; factorId?: string }
  | { at: 'elsewhere'; factorId?: string }
  | { at: 'failed'; error: unknown };

export type EnrollEvent =
  | { type: 'begin' }
  | { type: 'begun'; enrolled: Enrolled }
  | { type: 'begin-refused'; error: unknown }
  | { type: 'sent' }
  | { type: 'activated'; factor: Factor }
  | { type: 'refused'; error: unknown }
  | { type: 'ran-out' }
  | { type: 'cancel' }
  /** Goes back to the start, for instance to correct a number. */
  | { type: 'back' }
  /** The page is left, and Back may show it again. */
  | { type: 'left' };

/** Error codes of an activation when nothing is left to activate. */
const over = new Set(['not_found', 'step_up_required', 'conflict']);

/**
 * How a refused activation ends the flow, or undefined if it can be retried. `already`: another tab turned it on; “Time
 * ran out” would make people delete an app that works. `elsewhere`: another tab started over since.
 */
export function endOf(error: unknown): 'expired' | 'already' | 'elsewhere' | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === 'already_enrolled') return 'already';
  if (error.code === 'open_elsewhere') return 'elsewhere';
  return over.has(error.code) ? 'expired' : undefined;
}

export function enrollFlow(state: EnrollState, event: EnrollEvent): EnrollState {
  switch (event.type) {
    case 'begin':
      return 'enrollment' in state || state.at === 'starting' ? state : { at: 'starting' };
    case 'begun': {
      if (state.at !== 'starting') return state;
      const { factor, activation, start } = event.enrolled;
      return activation ? { at: 'open', enrollment: { factor, activation, start } } : { at: 'done', factor };
    }
    case 'begin-refused':
      return state.at === 'starting' ? refusal(event.error) : state;
    case 'sent':
      return state.at === 'open' ? { at: 'sending', enrollment: state.enrollment } : state;
    case 'activated':
      return 'enrollment' in state ? { at: 'done', factor: event.factor } : state;
    case 'refused': {
      const end = endOf(event.error);
      if (!('enrollment' in state)) return state;
      if (end === 'already' || end === 'elsewhere') return refusal(event.error);
      if (end) return { at: end };
      return state.at === 'sending' ? { at: 'open', enrollment: state.enrollment } : state;
    }
    case 'ran-out':
      // The server decides about what was already sent.
      return state.at === 'open' ? { at: 'expired' } : state;
    case 'cancel':
      return 'enrollment' in state ? { at: 'cancelled' } : state;
    case 'back':
      return 'enrollment' in state || state.at === 'expired' ? { at: 'ready' } : state;
    case 'left':
      return 'enrollment' in state ? { at: 'ready' } : state;
  }
}

/** Error codes of a start that needs the recovery code, or that got a wrong one. A start checks no other code. */
const needsRecoveryCode = new Set(['recovery_code_required', 'wrong_code']);

/** Error codes of a start that there is something already, and where the flow then is. */
const existing: Partial<Record<ErrorCode, 'already' | 'elsewhere'>> = {
  already_enrolled: 'already',
  open_elsewhere: 'elsewhere',
};

function refusal(error: unknown): EnrollState {
  const requirement = findStepUpRequirement(error);
  if (requirement) return { at: 'step-up', requirement };
  if (error instanceof ApiError && needsRecoveryCode.has(error.code)) return { at: 'recovery-code', why: error };
  const at = error instanceof ApiError ? existing[error.code] : undefined;
  return at ? { at, factorId: (error as ApiError).details.factorId } : { at: 'failed', error };
}
