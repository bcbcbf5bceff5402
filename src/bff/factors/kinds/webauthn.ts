import { ApiError } from '#contract/errors.ts';
import type { Activation } from '#contract/endpoints.ts';
import { listedKind, profileText } from './kind.ts';

/** A security key or passkey. Whether one can be added here depends on its relying-party id (`passkeys.ts`). */
export const webauthn = listedKind(
  [{ factorType: 'webauthn', provider: '*', verificationType: 'key', strength: 4 }],
  4,
  {
    detail(factor) {
      const name = profileText(factor, 'authenticatorName');
      // Okta's name for a key whose maker is unknown.
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
