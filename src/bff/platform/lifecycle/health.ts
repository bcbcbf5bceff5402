import type { FastifyInstance } from 'fastify';
import type { OktaClient } from '#okta/client.ts';
import { isSameText } from '../store/secrets.ts';
import type { Outages } from './outages.ts';
import { builtCommit, version } from './version.ts';

/** `okta`: Okta does not answer. `store`: the store cannot be written. */
export type Degradation = 'okta' | 'store';

export type Health = ReturnType<typeof createHealth>;

/** A health request uses the last results and calls neither Okta nor the store. */
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
    /** Never rejects. Calls during a check share its result. */
    async probe(): Promise<void> {
      asking ??= Promise.all([check('okta', okta.ping), check('store', write)]).then(() => void (asking = null));
      await asking;
    },
  };
}

export type HealthOptions = {
  health: Health;
  isEnding: () => boolean;
  /** Null: nobody can read the reasons and the version. */
  token: string | null;
  /** Of this portal's secrets. `latchkey doctor` compares the fingerprints of all portals. */
  fingerprint: string | null;
};

/**
 * `/readyz` answers 503 only during the shutdown. An outage of Okta or the database affects all portals: with a 503,
 * the balancer would use no portal, and nobody could sign out or use a freeze link.
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
