import type { CallContext } from './transport/request-headers.ts';
import type { Transport } from './transport/transport.ts';
import { fillPath } from './wire/path.ts';
import { readAuthenticators, readKeyVerification, readOrganization } from './wire/organization.ts';

const path = '/.well-known/okta-organization';
const authenticators = '/api/v1/authenticators';
const keyMethod = `${authenticators}/{authenticatorId}/methods/webauthn`;

export function createOrganizationApi({ send }: Transport) {
  return {
    /** The org's id and engine. The endpoint is public, so no credential is sent. `bad_reply` for an unknown engine. */
    wellKnown: (context?: CallContext) =>
      send({ method: 'GET', template: path, path, anonymous: true, read: readOrganization }, context),
    /** The org's authenticators (Identity Engine). A service app needs the scope `okta.authenticators.read`. */
    listAuthenticators: (context?: CallContext) =>
      send({ method: 'GET', template: authenticators, path: authenticators, read: readAuthenticators }, context),
    /** Whether the org requires keys to verify their user. A service app needs `okta.authenticators.read`. */
    getKeyVerification: (ids: { authenticatorId: string }, context?: CallContext) =>
      send({ method: 'GET', template: keyMethod, path: fillPath(keyMethod, ids), read: readKeyVerification }, context),
  };
}

/** Checks that Okta answers: one attempt, which ignores the breaker and reports its outcome to the breaker. */
export function createPing({ send }: Transport): (context?: CallContext) => Promise<void> {
  return async (context) => {
    await send({ method: 'GET', template: path, path, anonymous: true, probe: true, read: readOrganization }, context);
  };
}
