import { isIP } from 'node:net';
import type { Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import { prepareFacts, type OrgFacts } from './org-facts.ts';

/** How long a foreign relying-party id is remembered: an administrator may change it to one that fits. */
const FOREIGN_MS = 24 * 60 * 60_000;

/**
 * Whether the portal's pages may use keys of this relying-party id (WebAuthn Level 3, section 5.1.2: equal to the
 * page's host, or a domain above it). An IP address has no domain above it, and no browser accepts one; a single label
 * is invalid, except `localhost`. Public suffixes (`co.uk`) are not checked: no org has such a name, and the browser
 * refuses them.
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
 * The relying-party id of the org's keys. No API tells it, so the portal learns it from the answer to an enrollment and
 * stores it.
 * @param host the portal's host as the browser knows it
 */
export function createPasskeys(store: Store, clock: Clock, host: string) {
  const readFacts = prepareFacts(store);

  async function learnt(known = readFacts()): Promise<string | null> {
    const facts = await known;
    const rpId = facts.get('rp_id') ?? null;
    const isStale = rpId !== null && !mayCarry(rpId, host) && clock.now() - Number(facts.get('rp_id_at')) >= FOREIGN_MS;
    return isStale ? null : rpId;
  }

  return {
    /** `ours`: keys are added and verified here; `foreign`: only at Okta; `unknown`: no enrollment has told it yet. */
    async whose(known?: Promise<OrgFacts>): Promise<'ours' | 'foreign' | 'unknown'> {
      const rpId = await learnt(known);
      if (rpId === null) return 'unknown';
      return mayCarry(rpId, host) ? 'ours' : 'foreign';
    },

    /** The keys' relying-party id, or null unless the portal may use it. */
    async rpId(): Promise<string | null> {
      const rpId = await learnt();
      return rpId !== null && mayCarry(rpId, host) ? rpId : null;
    },

    /**
     * Learns the id from the answer to an enrollment (empty when it has none). Returns true when such keys can be added
     * here.
     */
    async learn(rpId: string): Promise<boolean> {
      await upsert(store, 'org_facts', ['name'], { name: 'rp_id', value: rpId });
      await upsert(store, 'org_facts', ['name'], { name: 'rp_id_at', value: String(clock.now()) });
      return mayCarry(rpId, host);
    },
  };
}
