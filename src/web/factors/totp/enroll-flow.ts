import type { Enrolled, Factor } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { type CodeProblem, closedUntil, problemOfCode } from '../../ui/code-flow.ts';
import { needOf, type ProofNeed } from '../../ui/prove-panel.tsx';

/** The only place where the secret is kept: from the reply that brought it until the flow ends. */
export type Enrollment = { factorId: string; sharedSecret: string; uri: string; expiresAt: string };

/**
 * ready → starting → scanning ⇄ activating → done, with the ways off: `proving` before it may begin, `too-many-tries` for a
 * while, `expired`, `cancelled`, `already` there, `failed` to begin.
 */
export type EnrollState =
  | { at: 'ready' }
  | { at: 'starting' }
  | { at: 'proving'; need: ProofNeed }
  | { at: 'scanning'; enrollment: Enrollment; problem?: CodeProblem }
  | { at: 'activating'; enrollment: Enrollment }
  | { at: 'too-many-tries'; enrollment: Enrollment; retryAt: string }
  | { at: 'done'; factor: Factor }
  | { at: 'expired' }
  | { at: 'cancelled' }
  | { at: 'already'; factorId?: string }
  | { at: 'failed'; error: unknown };

export type EnrollEvent =
  | { type: 'begin' }
  | { type: 'begun'; enrolled: Enrolled }
  | { type: 'begin-refused'; error: unknown }
  | { type: 'code-sent' }
  | { type: 'activated'; factor: Factor }
  | { type: 'code-refused'; error: unknown }
  | { type: 'reopened' }
  | { type: 'ran-out' }
  | { type: 'cancel' }
  /** The page is put away, perhaps to be shown again by Back. */
  | { type: 'left' };

/** Codes by which an activation says that there is nothing left to activate. */
const over = new Set(['not_found', 'proof_required', 'conflict']);

export function enrollFlow(state: EnrollState, event: EnrollEvent): EnrollState {
  switch (event.type) {
    case 'begin':
      return 'enrollment' in state || state.at === 'starting' ? state : { at: 'starting' };
    case 'begun': {
      if (state.at !== 'starting') return state;
      const { factor, activation } = event.enrolled;
      return { at: 'scanning', enrollment: { factorId: factor.id, ...activation } };
    }
    case 'begin-refused':
      return state.at === 'starting' ? refusal(event.error) : state;
    case 'code-sent':
      return state.at === 'scanning' ? { at: 'activating', enrollment: state.enrollment } : state;
    case 'activated':
      return state.at === 'activating' ? { at: 'done', factor: event.factor } : state;
    case 'code-refused': {
      if (state.at !== 'activating') return state;
      const { enrollment } = state;
      // Turned on in another tab: saying that time ran out would have people delete an app that works.
      if (event.error instanceof ApiError && event.error.code === 'already_enrolled') return refusal(event.error);
      if (event.error instanceof ApiError && over.has(event.error.code)) return { at: 'expired' };
      const retryAt = closedUntil(event.error);
      if (retryAt) return { at: 'too-many-tries', enrollment, retryAt };
      return { at: 'scanning', enrollment, problem: problemOfCode(event.error) };
    }
    case 'reopened':
      return state.at === 'too-many-tries' ? { at: 'scanning', enrollment: state.enrollment } : state;
    case 'ran-out':
      // A code on its way is judged by the server.
      return state.at === 'scanning' || state.at === 'too-many-tries' ? { at: 'expired' } : state;
    case 'cancel':
      return 'enrollment' in state ? { at: 'cancelled' } : state;
    case 'left':
      return 'enrollment' in state ? { at: 'ready' } : state;
  }
}

function refusal(error: unknown): EnrollState {
  const need = needOf(error);
  if (need) return { at: 'proving', need };
  if (!(error instanceof ApiError) || error.code !== 'already_enrolled') return { at: 'failed', error };
  const { factorId } = error.details;
  return factorId ? { at: 'already', factorId } : { at: 'already' };
}
