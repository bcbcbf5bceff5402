import { ApiError } from '#contract/errors.ts';
import type { Approval } from '#contract/helpdesk.ts';
import { DAY_MS } from '#clock';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';
import type { Freezes } from './freezes.ts';
import type { Reported } from './reported.ts';

/** A method from this time before a freeze may be the attacker's. */
export const WINDOW_MS = 7 * DAY_MS;

/**
 * `suspects`: methods added or changed at `since` (ms since 1970) or later.
 * `reported`: actions that the person reported as not theirs.
 */
export type FreezeWindow = {
  at: number;
  requestedAt: number;
  since: number;
  suspects: ReadonlySet<string>;
  reported: readonly Reported[];
};

/** Returns null if the person is not frozen. */
export async function readFreezeWindow(
  { helpdeskServices }: { helpdeskServices: { freezes: Freezes } },
  userId: string,
  methods: readonly SecurityMethod[],
): Promise<FreezeWindow | null> {
  const freeze = await helpdeskServices.freezes.of(userId);
  if (!freeze) return null;
  const since = freeze.at - WINDOW_MS;
  const added = new Set((await helpdeskServices.freezes.addedSince(userId, since)).map(({ id }) => id));
  const isNew = ({ id, created, lastUpdated }: SecurityMethod['members'][number]) => {
    const moments = [created, lastUpdated].filter((at) => at !== null).map((at) => Date.parse(at));
    return added.has(id) || moments.some((at) => !(at < since));
  };
  return {
    ...freeze,
    since,
    suspects: new Set(methods.filter(({ members }) => members.some(isNew)).map(({ id }) => id)),
  };
}

export const notFrozen = () => ApiError.withRule('conflict', 'not_frozen');

/**
 * `freeze`, `planned`: a freeze's `requestedAt`, or null. An unfreeze throws `conflict` without a freeze, or under
 * another one than `planned`. A reset throws `frozen` under another one, an unlock under any.
 */
export function assertFreezeAllows(operation: Approval['operation'], freeze: number | null, planned = freeze): void {
  const isOther = freeze !== planned;
  if (operation === 'unfreeze') {
    if (freeze === null || isOther) throw notFrozen();
  } else if (freeze !== null && (isOther || operation === 'unlock')) throw new ApiError('frozen');
}

/** A frozen person's session or suspect methods may be a thief's, so they verify nobody. */
export function countsDespite(
  freeze: Pick<FreezeWindow, 'suspects'> | null,
  { type, factorId }: { type: string; factorId: string | null },
  methods: readonly SecurityMethod[],
): boolean {
  if (freeze === null) return true;
  if (type === 'own-session') return false;
  const one = methods.find(({ members }) => members.some(({ id }) => id === factorId));
  return one !== undefined && !freeze.suspects.has(one.id);
}
