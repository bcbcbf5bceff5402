import { check, ConfigWarning, type ConfigCheck } from './config-check.ts';
import { nameOf, onExistingStore } from './existing-store.ts';
import { digestsOf } from '#bff/config/secret-digests.ts';
import { readDigests } from '#bff/platform/lifecycle/secret-digests.ts';
import type { Config } from '#bff/config/config.ts';
import { readHead } from '#bff/records/audit-log/head.ts';
import { isSigned, type AuditKeys } from '#bff/records/audit-log/keys.ts';
import type { StorePlace } from '#bff/platform/store/open.ts';
import { sealedUnder } from '#bff/platform/store/sealed.ts';
import { keyIdOf } from '#bff/platform/store/secrets.ts';

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
      const found = await onExistingStore(place, async (store) => ({
        under: await sealedUnder(store, clock.now()),
        portals: await readDigests(store),
      }));
      if (!found) return `nothing is stored in ${nameOf(place)} yet`;
      const { under, portals } = found;
      const sealing = portals.map((portal) => portal['SESSION_SECRET']?.split(',')[0]);
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
        if (sealing.includes(id)) return `a portal that runs still seals under ${name}: restart it`;
        return counts
          ? `${name} is still needed (${say(counts)})`
          : `nothing is sealed under ${name}: remove it, unless it is the new one`;
      });
      return old.length > 0 ? old.join('; ') : 'there is one, and nothing is sealed under another one';
    }),
  ];
}

/** Tries the keys of the audit log on its end: a portal does not start unless one of its keys signed that. */
export function signingKeyChecks(place: StorePlace, keys: AuditKeys): ConfigCheck[] {
  return [
    check('signing key', async () => {
      const head = await onExistingStore(place, readHead);
      if (!head || head.seq === 0) return `nothing is signed in ${nameOf(place)} yet`;
      if (!isSigned(keys, head))
        throw new Error(
          `no key of AUDIT_SIGNING_KEY signed the audit log’s end, row ${head.seq}, so no portal would start: keep the one before, NEW,OLD`,
        );
      return 'a key of AUDIT_SIGNING_KEY signed the audit log’s end';
    }),
  ];
}

/** Settings that portals cannot share a store without. */
const shared: readonly string[] = ['SESSION_SECRET', 'AUDIT_SIGNING_KEY'];

/** Whether each two portals have a secret in common: while one is replaced, their lists differ. */
const overlap = (values: readonly string[]): boolean => {
  const lists = values.map((value) => value.split(','));
  return lists.every((list) => lists.every((other) => list.some((id) => other.includes(id))));
};

/** Compares the secrets of the portals that run on a database, and of this command; none for a store in a file. */
export function replicaChecks(config: Config): ConfigCheck[] {
  if (!config.database) return [];
  return [
    check('replicas', async () => {
      const rows = (await onExistingStore(config, readDigests)) ?? [];
      if (rows.length === 0) return 'no portal runs on the database now';
      const ours = digestsOf(config);
      const names = Object.keys(ours);
      const valuesOf = (name: string) => [...new Set([...rows, ours].map((row) => row[name] ?? ''))];
      const differing = names.filter((name) => valuesOf(name).length > 1);
      const broken = differing.find((name) => shared.includes(name) && !overlap(valuesOf(name)));
      if (broken !== undefined)
        throw new Error(
          `${rows.length === 1 ? 'the portal that runs has' : `the ${rows.length} portals that run, and this command, have`} different values of ${broken}: set it to the same everywhere, or they cannot read each other's data`,
        );
      const [sealing] = ours['SESSION_SECRET']!.split(',');
      const unaware = rows.filter((row) => !row['SESSION_SECRET']?.split(',').includes(sealing!)).length;
      if (unaware > 0)
        throw new Error(
          `${unaware} of the portals that run cannot open what the first SESSION_SECRET seals: make it the second, restart each, then make it the first`,
        );
      // Other digests have the session secret in them.
      const compared = differing.includes('SESSION_SECRET') ? ['SESSION_SECRET'] : differing;
      if (compared.length > 0)
        throw new ConfigWarning(
          `${rows.length} portals, and this command, have different values of ${compared.join(', ')}: restart those that have another, one after the other`,
        );
      return `${rows.length} ${rows.length === 1 ? 'portal runs' : 'portals run'} on the database, with the same secrets as this command`;
    }),
  ];
}
