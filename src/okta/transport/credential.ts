import { openPrivateKey, type PrivateKeyCredential } from './service-app.ts';
import type { Transport } from './transport.ts';

/** What the portal shows the org to be let in: an administrator's API token, or a service app's key. */
export type Credential = { kind: 'ssws'; token: string } | PrivateKeyCredential;

/** A credential in use. It is a closure, so that no inspection of a client, call or error can print the secret. */
export type OpenCredential = {
  readonly kind: Credential['kind'];
  /**
   * The value of the `Authorization` header; a kind that expires renews itself here, single-flight. Rejects with the
   * OktaError of the renewal, or with the signal's reason.
   */
  authorization(signal: AbortSignal): Promise<string>;
  /** Told that the org refused this value with 401. True when another one may do. */
  refused(authorization: string): boolean;
};

/** Where a credential renews itself. */
export type CredentialOpener = (org: {
  origin: string;
  clock: { now(): number };
  send: Transport['send'];
}) => OpenCredential;

/**
 * @throws {TypeError} for a token with characters that no header can carry, or a key that is none. Neither is repeated.
 */
export function openCredential(credential: Credential): CredentialOpener {
  if (credential.kind === 'private-key') return openPrivateKey(credential);
  if (!/^[\x21-\x7e]+$/.test(credential.token))
    throw new TypeError('the API token is empty or has characters that no header can carry');
  const header = Promise.resolve(`SSWS ${credential.token}`);
  return () => ({ kind: 'ssws', authorization: () => header, refused: () => false });
}
