import type { Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';

/** How long missing number matching is remembered: an administrator may turn it on. */
const BELIEVED_MS = 24 * 60 * 60_000;
/** How long a process uses its own copy, while another process may know newer facts. */
const FRESH_MS = 60_000;
const FACT = 'number_matching';

export type NumberMatching = ReturnType<typeof createNumberMatching>;

/**
 * Whether Okta's pushes bring a number to match. No API tells it, so the portal learns it from the answer to a push and
 * stores it. Without a number, a push is weaker and is not offered where that is not enough.
 */
export function createNumberMatching(store: Store, clock: Clock) {
  let known: { readAt: number; missingSince: number | null } | null = null;

  async function missingSince(): Promise<number | null> {
    const now = clock.now();
    if (known && now - known.readAt < FRESH_MS && now >= known.readAt) return known.missingSince;
    const row = await store.selectFrom('org_facts').select('value').where('name', '=', FACT).executeTakeFirst();
    known = { readAt: now, missingSince: row ? Number(row.value) : null };
    return known.missingSince;
  }

  return {
    /** Whether a push of the last 24 hours brought no number. */
    async isMissing(): Promise<boolean> {
      const since = await missingSince();
      return since !== null && clock.now() - since < BELIEVED_MS;
    },

    /** Learns it from the answer to a push that asked for a number. */
    async learn(matched: boolean): Promise<void> {
      const before = await missingSince();
      const now = clock.now();
      if (matched && before === null) return;
      if (matched) await store.deleteFrom('org_facts').where('name', '=', FACT).execute();
      else await upsert(store, 'org_facts', ['name'], { name: FACT, value: String(now) });
      known = { readAt: now, missingSince: matched ? null : now };
    },

    forget(): void {
      known = null;
    },
  };
}
