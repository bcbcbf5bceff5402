import { check, ConfigWarning, type ConfigCheck } from './config-check.ts';
import { nameOf, onExistingStore } from './existing-store.ts';
import type { StorePlace } from '#bff/store/open.ts';
import { sealedUnder } from '#bff/store/sealed.ts';
import { keyIdOf } from '#bff/store/secrets.ts';

const say = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([column, count]) => `${column} ${count}`).join(', ');
const ordinal = (place: number) => (place === 1 ? 'second' : place === 2 ? 'third' : `${place + 1}th`);

/** Reports the session secrets: which old one is still needed, which can be removed, and what none of them sealed. */
export function secretChecks(
  place: StorePlace,
  sessionSecrets: readonly string[],
  clock: { now(): number },
): ConfigCheck[] {
  return [
    check('session secrets', async () => {
      const under = await onExistingStore(place, (store) => sealedUnder(store, clock.now()));
      if (!under) return `nothing is stored in ${nameOf(place)} yet`;
      const listed = sessionSecrets.map(keyIdOf);
      const lost = [...under].filter(([id]) => !listed.includes(id));
      if (lost.length > 0) {
        const what = lost.map(([, counts]) => say(counts)).join(', ');
        throw new ConfigWarning(
          `${what}: sealed under a SESSION_SECRET that is no longer listed; add it again at the end, or they are lost`,
        );
      }
      const old = listed.slice(1).map((id, index) => {
        const counts = under.get(id);
        const name = `the ${ordinal(index + 1)} SESSION_SECRET`;
        return counts
          ? `${name} is still needed (${say(counts)})`
          : `nothing is sealed under ${name} any more: remove it`;
      });
      return old.length > 0 ? old.join('; ') : 'there is one, and nothing is sealed under another one';
    }),
  ];
}
