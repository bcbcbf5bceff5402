import { isIP } from 'node:net';
import { DAY_MS, type Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import { prepareFacts, type OrgFacts } from './org-facts.ts';

/** How long the portal remembers a relying-party id that its pages cannot use, in ms. */
const FOREIGN_MS = DAY_MS;

/**
 * Whether the portal's pages may use keys of this relying-party id. It must be the page's host or a parent domain of it
 * (WebAuthn Level 3, section 5.1.2). Browsers refuse public suffixes (`co.uk`) themselves.
 */
export function mayCarry(rpId: string, host: string): boolean {
  const own = host.toLowerCase().replace(/\.$/, '');
  const name = rpId.toLowerCase();
  if (isIP(own.replace(/^\[|\]$/g, '')) !== 0 || !/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(name)) return false;
  if (name === 'localhost') return own === 'localhost';
  return name.includes('.') && (own === name || own.endsWith(`.${name}`));
}

export type Passkeys = ReturnType<typeof createPasskeys>;

/** No API says the relying-party id of the org's keys, so the portal learns it when somebody enrolls a key. */
export function createPasskeys(store: Store, clock: Clock, host: string) {
  const readFacts = prepareFacts(store);

  async function learnt(known = readFacts()): Promise<string | null> {
    const facts = await known;
    const rpId = facts.get('rp_id') ?? null;
    const isStale = rpId !== null && !mayCarry(rpId, host) && clock.now() - Number(facts.get('rp_id_at')) >= FOREIGN_MS;
    return isStale ? null : rpId;
  }

  return {
    /** `ours`: keys work in the portal. `foreign`: keys work only at Okta. `unknown`: no recent enrollment. */
    async whose(known?: Promise<OrgFacts>): Promise<'ours' | 'foreign' | 'unknown'> {
      const rpId = await learnt(known);
      if (rpId === null) return 'unknown';
      return mayCarry(rpId, host) ? 'ours' : 'foreign';
    },

    /** Null if the id is unknown, or if the portal may not use it. */
    async rpId(): Promise<string | null> {
      const rpId = await learnt();
      return rpId !== null && mayCarry(rpId, host) ? rpId : null;
    },

    /** Returns whether keys of this id can be added in the portal. `rpId` is empty if Okta's answer had no id. */
    async learn(rpId: string): Promise<boolean> {
      await upsert(store, 'org_facts', ['name'], { name: 'rp_id', value: rpId });
      await upsert(store, 'org_facts', ['name'], { name: 'rp_id_at', value: String(clock.now()) });
      return mayCarry(rpId, host);
    },
  };
}
