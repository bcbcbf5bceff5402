import { isIP } from 'node:net';
import type { Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import { prepareFacts, type OrgFacts } from './org-facts.ts';

/**
 * How long the portal remembers a relying-party id that its pages cannot use, in ms. An administrator may have changed
 * the id by then.
 */
const FOREIGN_MS = 24 * 60 * 60_000;

/**
 * Whether the portal's pages may use keys of this relying-party id. The id must be the page's host or a parent domain
 * (WebAuthn Level 3, section 5.1.2). IP addresses are invalid, and single labels too, except `localhost`. Public
 * suffixes (`co.uk`) are not checked, because browsers refuse them.
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
 * Remembers the relying-party id of the org's keys. No API says it, so the portal learns it from Okta's answer to an
 * enrollment.
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
    /**
     * `ours`: keys are added and verified in the portal. `foreign`: keys are added and verified only at Okta.
     * `unknown`: no recent enrollment has shown the relying-party id.
     */
    async whose(known?: Promise<OrgFacts>): Promise<'ours' | 'foreign' | 'unknown'> {
      const rpId = await learnt(known);
      if (rpId === null) return 'unknown';
      return mayCarry(rpId, host) ? 'ours' : 'foreign';
    },

    /** The keys' relying-party id; null if it is unknown, or the portal may not use it. */
    async rpId(): Promise<string | null> {
      const rpId = await learnt();
      return rpId !== null && mayCarry(rpId, host) ? rpId : null;
    },

    /**
     * Stores the relying-party id from Okta's answer to an enrollment. Returns whether keys of this id can be added in
     * the portal.
     * @param rpId empty if the answer had no id; keys can then be added only at Okta
     */
    async learn(rpId: string): Promise<boolean> {
      await upsert(store, 'org_facts', ['name'], { name: 'rp_id', value: rpId });
      await upsert(store, 'org_facts', ['name'], { name: 'rp_id_at', value: String(clock.now()) });
      return mayCarry(rpId, host);
    },
  };
}
