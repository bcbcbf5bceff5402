import type { Factor, Home } from '#contract/endpoints.ts';
import { isActive, isUnfinished } from '../../../api/factor-status.ts';
import type { Begun } from './next-step.ts';

type Facts = Pick<Home, 'factors' | 'questions' | 'recoveryCode' | 'replacing'> & { session: { frozen?: boolean } };

/**
 * The first status in `findStatus` that applies. `methods`: the methods that the status names. `begun`: what the person
 * continues first.
 */
export type Status =
  | { id: 'question' | 'frozen' | 'code_holds' | 'code_ended' | 'unusable' | 'nothing' }
  | { id: 'replacing' | 'unfinished'; begun: Begun }
  | {
      id: 'one' | 'phone' | 'weak' | 'only_weak' | 'unknown' | 'covered' | 'covered_synced';
      methods: Factor[];
    };

const rank = ({ resumable = 'nowhere' }: Pick<Factor, 'resumable'>): number =>
  ['here', 'elsewhere', 'nowhere'].indexOf(resumable);
const byResumable = (one: Begun, other: Begun): number => rank(one) - rank(other);

export function findStatus({ factors, session, questions, recoveryCode, replacing }: Facts): Status {
  if (questions.length > 0) return { id: 'question' };
  if (session.frozen) return { id: 'frozen' };
  if (recoveryCode) return { id: `code_${recoveryCode}` };
  const [replaced] = replacing.toSorted(byResumable);
  if (replaced) return { id: 'replacing', begun: replaced };
  const active = factors.filter(isActive);
  if (active.length > 1) return findCover(active);
  if (active.length === 1) return { id: 'one', methods: active };
  const [unfinished] = factors.filter(isUnfinished).toSorted(byResumable);
  if (unfinished) return { id: 'unfinished', begun: unfinished };
  return { id: factors.length > 0 ? 'unusable' : 'nothing' };
}

/** Considers the methods that remain if the person loses their phone. */
function findCover(active: Factor[]): Status {
  const elsewhere = active.filter(({ location }) => location === 'computer' || location === 'apart');
  const strong = elsewhere.filter(({ strength }) => strength >= 3);
  const fixed = strong.filter(({ backup }) => backup !== 'synced');
  // The sentence names at most two methods.
  if (fixed.length > 0)
    return { id: 'covered', methods: fixed.toSorted((one, other) => other.strength - one.strength).slice(0, 2) };
  if (strong.length > 0) return { id: 'covered_synced', methods: strong };
  const unknown = active.filter(({ location = 'unknown' }) => location === 'unknown');
  if (unknown.length > 0) return { id: 'unknown', methods: unknown };
  if (elsewhere.length === 0) return { id: 'phone', methods: active };
  return { id: elsewhere.length < active.length ? 'weak' : 'only_weak', methods: elsewhere };
}
