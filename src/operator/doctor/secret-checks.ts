import { check, ConfigWarning, short, type ConfigCheck } from './config-check.ts';
import { getName, onExistingStore } from './existing-store.ts';
import { ask } from './sign-in-checks.ts';
import { computeFingerprint } from '#bff/config/fingerprint.ts';
import type { Config } from '#bff/config/config.ts';
import { readHead } from '#bff/records/audit-log/head.ts';
import { isSigned, type AuditKeys } from '#bff/records/audit-log/keys.ts';
import type { StorePlace } from '#bff/platform/store/open.ts';
import { sealedUnder } from '#bff/platform/store/sealed.ts';
import { getKeyId } from '#bff/platform/store/secrets.ts';

const say = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([column, count]) => `${column} ${count}`).join(', ');
const ordinal = (place: number) => (place === 1 ? 'second' : place === 2 ? 'third' : `${place + 1}th`);

/** Reports old secrets that can be removed, and values that no secret can open. */
export function secretChecks(
  place: StorePlace,
  sessionSecrets: readonly string[],
  clock: { now(): number },
): ConfigCheck[] {
  return [
    check('session secrets', async () => {
      const under = await onExistingStore(place, (store) => sealedUnder(store, clock.now()));
      if (!under) return `nothing is stored in ${getName(place)} yet`;
      const listed = sessionSecrets.map(getKeyId);
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
          : `nothing is sealed under ${name}: remove it, unless it is the new one`;
      });
      return old.length > 0 ? old.join('; ') : 'there is one, and nothing is sealed under another one';
    }),
  ];
}

/** No portal starts unless one of `keys` signed the head of the audit log. */
export function signingKeyChecks(place: StorePlace, keys: AuditKeys): ConfigCheck[] {
  return [
    check('signing key', async () => {
      const head = await onExistingStore(place, readHead);
      if (!head || head.seq === 0) return `nothing is signed in ${getName(place)} yet`;
      if (!isSigned(keys, head))
        throw new Error(
          `no key of AUDIT_SIGNING_KEY signed the audit log’s end, row ${head.seq}, so no portal would start: keep the one before, NEW,OLD`,
        );
      return 'a key of AUDIT_SIGNING_KEY signed the audit log’s end';
    }),
  ];
}

/** How many requests go to `BASE_URL`. A balancer sends each request to the next portal. */
const ASKED = 12;

/** Compares the secrets of the portals behind `BASE_URL` with those of this command. */
export function replicaChecks(config: Config): ConfigCheck[] {
  const { database, portal } = config;
  const { baseUrl, metricsToken } = portal;
  if (!database) return [];
  return [
    check('replicas', async () => {
      if (metricsToken === null) return 'METRICS_TOKEN is not set, so nobody can compare the portals’ secrets';
      const ownFingerprint = computeFingerprint(config);
      const answers: unknown[] = [];
      for (let n = 0; n < ASKED; n += 1) {
        try {
          const { status, text } = await ask(`${baseUrl}/readyz`, { authorization: `Bearer ${metricsToken}` });
          // An answer that is not JSON is a page of the balancer.
          if (!text.startsWith('{')) throw new Error(String(status));
          answers.push((JSON.parse(text) as { fingerprint?: string }).fingerprint);
        } catch (error) {
          const [reason = ''] = short(error).split(';', 1);
          const advice = /certificate|self.signed/i.test(reason)
            ? ': run doctor with the file of the certificate’s authority in NODE_EXTRA_CA_CERTS'
            : '';
          throw new ConfigWarning(`no portal answers at ${baseUrl} (${reason}), so none is compared${advice}`);
        }
      }
      const other = answers.filter((fingerprint) => fingerprint !== ownFingerprint).length;
      if (other > 0)
        throw new ConfigWarning(
          `${other} of ${ASKED} answers of ${baseUrl} are of a portal with other secrets than this command: restart each that has not read the new ones; if none is being replaced, set them to the same everywhere, or portals cannot read each other's data`,
        );
      return `${ASKED} answers of ${baseUrl} are of portals with the same secrets as this command`;
    }),
  ];
}
