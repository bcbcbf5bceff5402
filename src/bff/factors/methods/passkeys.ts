import { isIP } from 'node:net';
import type { Clock } from '#clock';
import type { Store } from '../../store/open.ts';

/** How long a foreign name is believed: an org may come to carry ours. */
const FOREIGN_MS = 24 * 60 * 60_000;
/** How long one process goes by what it read, where another may have learnt better. */
const FRESH_MS = 60_000;

/**
 * Whether a page of ours may use keys of this relying-party id (WebAuthn Level 3, section 5.1.2: equal to the page's
 * host, or a domain above it). An address of numbers has nothing above it and no browser takes one; a single label is
 * no name of anybody's, except `localhost` itself. Public suffixes (`co.uk`) are not known here: no org is called so,
 * and the browser refuses them anyway.
 */
export function mayCarry(rpId: string, host: string): boolean {
  const own = host.toLowerCase().replace(/\.$/, '');
  const name = rpId.toLowerCase();
  if (isIP(own.replace(/^\[|\]$/g, '')) !== 0 || !/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(name)) return false;
  if (name === 'localhost') return own === 'localhost';
  return name.includes('.') && (own === name || own.endsWith(`.${name}`));
}

export type Passkeys = ReturnType<typeof createPasskeys>;

/**
 * Whose name the org's keys carry. Nobody can ask for it: it is learnt from the org's answer to an enrollment, and
 * kept.
 * @param host our own, as the browser knows it
 */
export function createPasskeys(store: Store, clock: Clock, host: string) {
  let known: { readAt: number; rpId: string | null } | null = null;

  async function learnt(): Promise<string | null> {
    const now = clock.now();
    if (known && now - known.readAt < FRESH_MS && now >= known.readAt) return known.rpId;
    const rows = await store.selectFrom('org_facts').selectAll().where('name', 'in', ['rp_id', 'rp_id_at']).execute();
    const of = (name: string) => rows.find((row) => row.name === name)?.value ?? null;
    const rpId = of('rp_id');
    const stale = rpId !== null && !mayCarry(rpId, host) && now - Number(of('rp_id_at')) >= FOREIGN_MS;
    known = { readAt: now, rpId: stale ? null : rpId };
    return known.rpId;
  }

  return {
    /** `ours`: keys are made and asked here; `foreign`: at Okta only; `unknown`: nobody has tried yet. */
    async whose(): Promise<'ours' | 'foreign' | 'unknown'> {
      const rpId = await learnt();
      if (rpId === null) return 'unknown';
      return mayCarry(rpId, host) ? 'ours' : 'foreign';
    },

    /** The name that keys are asked by, or null unless it is ours. */
    async rpId(): Promise<string | null> {
      const rpId = await learnt();
      return rpId !== null && mayCarry(rpId, host) ? rpId : null;
    },

    /**
     * Takes the name from an answer to enrolling (empty when it has none); true when keys of that name can be made
     * here.
     */
    async learn(rpId: string): Promise<boolean> {
      const now = clock.now();
      for (const [name, value] of [
        ['rp_id', rpId],
        ['rp_id_at', String(now)],
      ] as const) {
        await store
          .insertInto('org_facts')
          .values({ name, value })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
          .execute();
      }
      known = { readAt: now, rpId };
      return mayCarry(rpId, host);
    },

    forget(): void {
      known = null;
    },
  };
}
