import type { Factor, NewPhone } from '#contract/endpoints.ts';
import { isActive } from '../../../api/factor-status.ts';
import { keepDraft, readDraft } from '../../../components/field/draft.ts';

type Listed = NewPhone['methods'][number];
/**
 * What is kept of a method from when the page was first opened: its ids, kind, whether it was on the phone, and the
 * masked number of a text message or call.
 */
type Before = Pick<Listed, 'factorIds' | 'onPhone'> & Pick<Factor, 'id' | 'kind'> & { number: string | null };
/** A move to a new phone, as this tab keeps it. `tested`: ids of the methods that worked in a test since it began. */
type Moves = { person: string; before: Before[]; tested: string[] };

/**
 * How far a method has moved. `off`: the old one is gone, and no new one works. `done`: a new one works, or the old one
 * was tested. `old`: the old method, while it exists. `worksNow`: the new or tested one.
 */
export type Move = Pick<Before, 'id' | 'kind'> & {
  state: 'open' | 'off' | 'done';
  old: Listed | null;
  worksNow: Factor | null;
};

const NAME = 'new-phone';

const getNumber = ({ kind, detail }: Factor): string | null => (kind === 'sms' || kind === 'call' ? detail : null);

/** A move that begins with what is there now. */
export const movesFrom = ({ person, methods }: NewPhone): Moves => ({
  person,
  before: methods.map(({ factor, factorIds, onPhone }) => {
    const { id, kind } = factor;
    return { id, kind, factorIds, onPhone, number: getNumber(factor) };
  }),
  tested: [],
});

/** Returns the move that this tab has begun for this person; the first time, it begins now. */
export function readMoves(data: NewPhone): Moves {
  const draft = readDraft<Moves>(NAME, Infinity);
  if (draft?.person === data.person) return draft;
  const moves = movesFrom(data);
  keepDraft(NAME, moves);
  return moves;
}

/** Records that a method worked in a test, if this tab moves methods. */
export function recordTested(id: string): void {
  const draft = readDraft<Moves>(NAME, Infinity);
  if (draft) keepDraft(NAME, { ...draft, tested: [...draft.tested, id] } satisfies Moves);
}

/** Ranks moves: unfinished ones first, then those that remove nothing, then those with a spare; done ones last. */
function getRank({ state, old }: Move): number {
  if (state !== 'open' || old === null) return state === 'off' ? 0 : 4;
  return old.way === 'replace' ? (old.spare ? 2 : 3) : 1;
}

/** Returns how far each method has moved, in the order in which one works at any time. */
export function computeProgress({ before, tested }: Moves, { methods }: NewPhone): Move[] {
  const earlierIds = new Set(before.flatMap(({ factorIds }) => factorIds));
  const active = methods.filter(({ factor }) => isActive(factor));
  return before
    .filter(({ onPhone }) => onPhone)
    .map(({ id, kind, factorIds, number }): Move => {
      const sameId = methods.find((one) => one.factorIds.some((each) => factorIds.includes(each)));
      // Okta may keep a phone's id when its number changes.
      const old = sameId && getNumber(sameId.factor) === number ? sameId : null;
      const added = active.find(
        (one) =>
          one.factor.kind === kind &&
          one !== old &&
          !one.factorIds.some((each) => earlierIds.has(each) && one !== sameId),
      );
      if (added) return { id, kind, old, state: 'done', worksNow: added.factor };
      if (old && tested.includes(old.factor.id)) return { id, kind, old, state: 'done', worksNow: old.factor };
      return { id, kind, old, state: old ? 'open' : 'off', worksNow: null };
    })
    .toSorted((one, other) => getRank(one) - getRank(other));
}
