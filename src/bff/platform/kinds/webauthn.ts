import { ApiError } from '#contract/errors.ts';
import type { Activation } from '#contract/endpoints.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import { listedKind, profileText } from './kind.ts';

/** In base64url. Null for other kinds. The id is not secret: every challenge contains it. */
export function getCredentialId({ kind, members }: { kind: FactorKind; members: readonly Wire[] }): string | null {
  const id = kind === 'webauthn' && members[0] ? members[0].profile?.['credentialId'] : null;
  return typeof id === 'string' && /^[A-Za-z0-9+/_-]{1,1400}={0,2}$/.test(id)
    ? Buffer.from(id, 'base64').toString('base64url')
    : null;
}

export const webauthn = listedKind(
  [{ factorType: 'webauthn', provider: '*', verificationType: 'key', strength: 4 }],
  4,
  {
    detail(factor) {
      const name = profileText(factor, 'authenticatorName');
      // Okta uses this name for a key of an unknown maker.
      return name === 'Authenticator' ? null : name;
    },
    enroll: () => ({ body: { factorType: 'webauthn', provider: 'FIDO' } }),
    activation: (made, _body, { expiresAt }): Activation => {
      const options = made.activation?.options;
      if (!options) throw new ApiError('org_error');
      return { how: 'create', options: options as Extract<Activation, { how: 'create' }>['options'], expiresAt };
    },
  },
);
