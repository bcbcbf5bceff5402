import { openPrivateKey, type PrivateKeyCredential } from './service-app.ts';
import type { Transport } from './transport.ts';

/** How the portal authenticates to Okta: an administrator's API token, or a service app's key. */
export type Credential = { kind: 'ssws'; token: string } | PrivateKeyCredential;

/** A credential in use. A closure holds the secret, so inspecting a client, call or error cannot print it. */
export type OpenCredential = {
  readonly kind: Credential['kind'];
  /**
   * Gives the value of the `Authorization` header. A token that expires is renewed here, once for all callers. Rejects
   * with the renewal's OktaError, or with the reason of the call's signal.
   */
  authorization(call: { readonly signal: AbortSignal }): Promise<string>;
  /** Reports that Okta refused this value with 401. True when a new value may work. */
  refused(authorization: string): boolean;
};

/** Opens a credential for an org. */
export type CredentialOpener = (org: {
  origin: string;
  clock: { now(): number };
  send: Transport['send'];
}) => OpenCredential;

/** @throws {TypeError} for a token that no header can carry, or an invalid key; the message repeats neither */
export function openCredential(credential: Credential): CredentialOpener {
  if (credential.kind === 'private-key') return openPrivateKey(credential);
  if (!/^[\x21-\x7e]+$/.test(credential.token))
    throw new TypeError('the API token is empty or has characters that no header can carry');
  const header = Promise.resolve(`SSWS ${credential.token}`);
  return () => ({ kind: 'ssws', authorization: () => header, refused: () => false });
}
