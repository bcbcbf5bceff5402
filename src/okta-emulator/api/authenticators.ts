import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import type { Json } from '../factors/kind/kind.ts';
import { link } from '../factors/kind/link.ts';
import { authenticators } from '../policies/authenticators.ts';
import { notFound, OktaError } from '../wire/errors.ts';
import { wireDate } from '../wire/ids.ts';

const CREATED = Date.UTC(2024, 0, 1);

/** Throws E0000015 for a Classic org, which has no authenticators. */
export function assertIdentityEngine({ engine }: Pick<EmulatorContext, 'engine'>): void {
  if (engine !== 'oie') throw new OktaError('E0000015');
}

/** Of the authenticators' methods, only that of security keys has a route. */
export function authenticatorRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  const present = ({ id, key, type, name, settings }: (typeof authenticators)[number]): Json => {
    const href = `${emulator.url}/api/v1/authenticators/${id}`;
    return {
      type,
      id,
      key,
      status: 'ACTIVE',
      name,
      created: wireDate(CREATED),
      lastUpdated: wireDate(CREATED),
      ...(settings && { settings }),
      _links: { self: link(href, 'GET'), methods: link(`${href}/methods`, 'GET') },
    };
  };
  const find = (authenticatorId: string, key?: string) => {
    assertIdentityEngine(emulator);
    const found = authenticators.find((one) => one.id === authenticatorId && (!key || one.key === key));
    if (!found) throw notFound(authenticatorId, 'Authenticator');
    return found;
  };
  type One = { Params: { authenticatorId: string } };
  app.get('/authenticators', async () => {
    assertIdentityEngine(emulator);
    return authenticators.map(present);
  });
  const one = '/authenticators/:authenticatorId';
  app.get<One>(one, async ({ params }) => present(find(params.authenticatorId)));
  app.get<One>(`${one}/methods/webauthn`, async ({ params }) => {
    find(params.authenticatorId, 'webauthn');
    return { type: 'webauthn', status: 'ACTIVE', settings: { userVerification: emulator.keyVerification } };
  });
}
