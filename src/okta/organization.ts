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
    /** Identity Engine's authenticators. A service app needs the scope `okta.authenticators.read`. */
    listAuthenticators: (context?: CallContext) =>
      send({ method: 'GET', template: authenticators, path: authenticators, read: readAuthenticators }, context),
    /** Whether the org has security keys verify their user; the same scope. */
    getKeyVerification: (ids: { authenticatorId: string }, context?: CallContext) =>
      send({ method: 'GET', template: keyMethod, path: fillPath(keyMethod, ids), read: readKeyVerification }, context),
  };
}

/** Checks that Okta answers: one attempt that ignores the breaker and reports its outcome to it. */
export function createPing({ send }: Transport): (context?: CallContext) => Promise<void> {
  return async (context) => {
    await send({ method: 'GET', template: path, path, anonymous: true, probe: true, read: readOrganization }, context);
  };
}
