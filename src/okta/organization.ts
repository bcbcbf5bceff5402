import type { CallContext } from './transport/request-headers.ts';
import type { Transport } from './transport/transport.ts';
import { fillPath } from './wire/path.ts';
import { readAuthenticators, readKeyVerification, readOrganization } from './wire/organization.ts';

const path = '/.well-known/okta-organization';
const authenticators = '/api/v1/authenticators';
const keyMethod = `${authenticators}/{authenticatorId}/methods/webauthn`;

export function createOrganizationApi({ send }: Transport) {
  return {
    /** The endpoint is public, so no credential is sent. */
    wellKnown: (context?: CallContext) =>
      send({ method: 'GET', template: path, path, anonymous: true, read: readOrganization }, context),
    /** Identity Engine only. A service app needs the scope `okta.authenticators.read`. */
    listAuthenticators: (context?: CallContext) =>
      send({ method: 'GET', template: authenticators, path: authenticators, read: readAuthenticators }, context),
    /** A service app needs the scope `okta.authenticators.read`. */
    getKeyVerification: (ids: { authenticatorId: string }, context?: CallContext) =>
      send({ method: 'GET', template: keyMethod, path: fillPath(keyMethod, ids), read: readKeyVerification }, context),
  };
}

/** Makes one attempt, which ignores the breaker but reports its outcome to the breaker. */
export function createPing({ send }: Transport): (context?: CallContext) => Promise<void> {
  return async (context) => {
    await send({ method: 'GET', template: path, path, anonymous: true, probe: true, read: readOrganization }, context);
  };
}
