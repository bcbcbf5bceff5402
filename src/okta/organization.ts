import type { CallContext } from './transport/request-headers.ts';
import type { Transport } from './transport/transport.ts';
import { readOrganization } from './wire/organization.ts';

const path = '/.well-known/okta-organization';

export function createOrganizationApi({ send }: Transport) {
  return {
    /** The org's id and engine. The endpoint is public, so no credential is sent. `bad_reply` for an unknown engine. */
    wellKnown: (context?: CallContext) =>
      send({ method: 'GET', template: path, path, anonymous: true, read: readOrganization }, context),
  };
}

/** Checks that Okta answers: one attempt that ignores the breaker and reports its outcome to it. */
export function createPing({ send }: Transport): (context?: CallContext) => Promise<void> {
  return async (context) => {
    await send({ method: 'GET', template: path, path, anonymous: true, probe: true, read: readOrganization }, context);
  };
}
