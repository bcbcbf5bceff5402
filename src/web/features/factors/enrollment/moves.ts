import type { Factor, NewPhone } from '#contract/endpoints.ts';
import { isActive } from '../../../api/factor-status.ts';
import { keepDraft, readDraft } from '../../../components/field/draft.ts';

type Listed = NewPhone['methods'][number];
/** A method as it was when the page was first opened. `number`: masked. */
type Before = Pick<Listed, 'factorIds' | 'onPhone'> & Pick<Factor, 'id' | 'kind'> & { number: string | null };
type Moves = { person: string; before: Before[]; tested: string[] };

/**
 * `off`: the old method was removed, or its replacement has begun, and no new method works. `done`: a new method works,
 * or the old one passed a test. `worksNow`: the new or tested method.
 */
export type Move = Pick<Before, 'id' | 'kind'> & {
  state: 'open' | 'off' | 'done';
  begun?: NewPhone['replacing'][number];
  old: Listed | null;
  worksNow: Factor | null;
};

const NAME = 'new-phone';

const getNumber = ({ kind, detail }: Factor): string | null => (kind === 'sms' || kind === 'call' ? detail : null);

/** Adds the removed methods that another browser has begun to replace. */
function addReplacing(moves: Moves, { replacing }: NewPhone): Moves {
  const ids = new Set(moves.before.flatMap(({ factorIds }) => factorIds));
  const others = replacing.filter(({ factorId }) => !ids.has(factorId));
  if (others.length === 0) return moves;
  const added = others.map(({ factorId: id, kind }) => ({ id, kind, factorIds: [id], onPhone: true, number: null }));
  return { ...moves, before: [...moves.before, ...added] };
}

export function movesFrom(data: NewPhone): Moves {
  const before = data.methods.map(({ factor, factorIds, onPhone }) => {
    const { id, kind } = factor;
    return { id, kind, factorIds, onPhone, number: getNumber(factor) };
  });
  return addReplacing({ person: data.person, before, tested: [] }, data);
}

export function readMoves(data: NewPhone): Moves {
  const draft = readDraft<Moves>(NAME, Infinity);
  const moves = draft?.person === data.person ? addReplacing(draft, data) : movesFrom(data);
  if (moves !== draft) keepDraft(NAME, moves);
  return moves;
}

/** Does nothing unless this tab is moving methods. */
export function recordTested(id: string): void {
  const draft = readDraft<Moves>(NAME, Infinity);
  if (draft) keepDraft(NAME, { ...draft, tested: [...draft.tested, id] } satisfies Moves);
}

/**
 * 0: no method works. 1: the new method is added before the old one is removed. 2: the old method is removed first, and
 * the person can step up with another method. 3: like 2, but without another method. 4: finished.
 */
function getRank({ state, old }: Move): number {
  if (state !== 'open' || old === null) return state === 'off' ? 0 : 4;
  return old.way === 'replace' ? (old.spare ? 2 : 3) : 1;
}

export function computeProgress({ before, tested }: Moves, { methods, replacing }: NewPhone): Move[] {
  const earlierIds = new Set(before.flatMap(({ factorIds }) => factorIds));
  const active = methods.filter(({ factor }) => isActive(factor));
  return before
    .filter(({ onPhone }) => onPhone)
    .map(({ id, kind, factorIds, number }): Move => {
      const sameId = methods.find((one) => one.factorIds.some((each) => factorIds.includes(each)));
      // If a phone's number changes at Okta, the factor's id may stay the same. Such a factor is not the old method.
      const old = sameId && getNumber(sameId.factor) === number ? sameId : null;
      const added = active.find(
        (one) =>
          one.factor.kind === kind &&
          one !== old &&
          !one.factorIds.some((each) => earlierIds.has(each) && one !== sameId),
      );
      if (added) return { id, kind, old, state: 'done', worksNow: added.factor };
      const begun = replacing.find(({ factorId }) => factorIds.includes(factorId));
      if (begun) return { id, kind, old, state: 'off', worksNow: null, begun };
      if (old && tested.includes(old.factor.id)) return { id, kind, old, state: 'done', worksNow: old.factor };
      return { id, kind, old, state: old ? 'open' : 'off', worksNow: null };
    })
    .toSorted((one, other) => getRank(one) - getRank(other));
}
