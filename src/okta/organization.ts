import type { CallContext } from './transport/request-headers.ts';
import type { Transport } from './transport/transport.ts';
import { readOrganization, type Organization } from './wire/organization.ts';

export type OrganizationApi = {
  /** The org's id and engine. Public, so the credential stays at home. `bad_reply` for an engine nobody knows. */
  wellKnown(context?: CallContext): Promise<Organization>;
};

const path = '/.well-known/okta-organization';

export function createOrganizationApi({ send }: Transport): OrganizationApi {
  return {
    wellKnown: (context) =>
      send({ method: 'GET', template: path, path, anonymous: true, read: readOrganization }, context),
  };
}

/** Whether the org is there: one attempt past the breaker, which takes note of the answer. */
export function createPing({ send }: Transport): (context?: CallContext) => Promise<void> {
  return async (context) => {
    await send({ method: 'GET', template: path, path, anonymous: true, probe: true, read: readOrganization }, context);
  };
}
