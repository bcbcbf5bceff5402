import type { Services } from '../../context.ts';
import type { SecurityMethod } from '../../factors/methods/security-methods.ts';

/** What was added in the days before a freeze may be whoever it was against. */
const WINDOW_MS = 7 * 24 * 60 * 60_000;

/** A freeze, since when methods count as suspect (milliseconds), and those of them that were added or changed since. */
export type FreezeWindow = { at: number; requestedAt: number; since: number; suspects: ReadonlySet<string> };

/** Null for somebody who is not frozen. */
export async function freezeWindowOf(
  { helpdeskServices }: Pick<Services, 'helpdeskServices'>,
  userId: string,
  methods: readonly SecurityMethod[],
): Promise<FreezeWindow | null> {
  const freeze = await helpdeskServices.freezes.of(userId);
  if (!freeze) return null;
  const since = freeze.at - WINDOW_MS;
  const added = await helpdeskServices.freezes.addedSince(userId, since);
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

/**
 * Whether a way to verify the caller counts for somebody who is frozen: nothing of their own page, and no method of
 * that time.
 */
export function countsDespite(
  { suspects }: FreezeWindow,
  { type, factorId }: { type: string; factorId: string | null },
  methods: readonly SecurityMethod[],
): boolean {
  if (type === 'own-session') return false;
  const one = methods.find(({ members }) => members.some(({ id }) => id === factorId));
  return one !== undefined && !suspects.has(one.id);
}
