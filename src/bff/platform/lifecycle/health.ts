import type { FastifyInstance } from 'fastify';
import type { OktaClient } from '#okta/client.ts';
import { isSameText } from '../store/secrets.ts';
import type { Outages } from './outages.ts';
import { builtCommit, version } from './version.ts';

/**
 * A dependency that fails while the portal runs. `okta`: Okta does not answer. `store`: the store cannot be written.
 */
export type Degradation = 'okta' | 'store';

export type Health = ReturnType<typeof createHealth>;

/**
 * Creates background checks of Okta and the store. A health request uses their last result and calls neither.
 * @param write rejects when the store cannot be written
 */
export function createHealth(
  okta: Pick<OktaClient, 'ping'>,
  write: () => Promise<void>,
  outages: Pick<Outages, 'failed' | 'passed'>,
) {
  const failing = new Set<Degradation>();
  let asking: Promise<void> | null = null;
  const check = (name: Degradation, work: () => Promise<unknown>) =>
    work().then(
      () => {
        failing.delete(name);
        outages.passed(name);
      },
      (error: unknown) => {
        failing.add(name);
        outages.failed(name, error, false);
      },
    );
  return {
    degradations: (): readonly Degradation[] => [...failing].toSorted(),
    /** Checks Okta and the store once; never rejects. Calls during a check share its result. */
    async probe(): Promise<void> {
      asking ??= Promise.all([check('okta', okta.ping), check('store', write)]).then(() => void (asking = null));
      await asking;
    },
  };
}

export type HealthOptions = {
  health: Health;
  isEnding: () => boolean;
  /** The bearer token for reading the reasons and the version; null: nobody can read them. */
  token: string | null;
  /** The fingerprint of this portal's secrets; doctor compares the fingerprints of all portals. */
  fingerprint: string | null;
};

/**
 * `/livez`: the event loop runs. `/readyz`: the portal accepts requests; it answers 503 only during the shutdown.
 * An outage of Okta or of the database affects all portals at once. With a 503, the balancer would use no portal, and
 * nobody could sign out or use a freeze link. Therefore only the field `degraded` shows such an outage.
 */
export function healthRoutes(app: FastifyInstance, { health, isEnding, token, fingerprint }: HealthOptions): void {
  const config = { policy: 'health' } as const;
  const commit = builtCommit();
  app.get('/livez', { config }, async () => ({ status: 'live' }));
  app.get('/readyz', { config }, async (request, reply) => {
    const reasons = health.degradations();
    const [scheme, given = ''] = (request.headers.authorization ?? '').split(' ');
    const isOperator = token !== null && /^bearer$/i.test(scheme!) && isSameText(given, token);
    if (isEnding()) reply.code(503);
    return {
      status: isEnding() ? 'ending' : 'ready',
      degraded: reasons.length > 0,
      ...(isOperator && { reasons, version, commit, fingerprint }),
    };
  });
}
