import type { Exchange } from './pool.ts';
import { openPrivateKey, type PrivateKeyCredential } from './service-app.ts';
import type { Transport } from './transport.ts';

/** How the portal authenticates to Okta: an administrator's API token, or a service app's private key. */
export type Credential = { kind: 'ssws'; token: string } | PrivateKeyCredential;

/** The headers that authenticate one request. */
export type CredentialHeaders = { authorization: string; dpop?: string };

/** A credential in use. A closure keeps the secret, so printing a client, a call or an error cannot show it. */
export type OpenCredential = {
  readonly kind: Credential['kind'];
  /**
   * Returns the headers for one attempt. Renews an expiring token, once for all callers. Rejects with the renewal's
   * OktaError, or with the reason of the call's signal.
   */
  headersFor(
    call: { method: string; path: string },
    deadline: { readonly signal: AbortSignal },
  ): Promise<CredentialHeaders>;
  /**
   * Reports an answer. `again`: Okta asked for a nonce before it looked at the request, so the request may be repeated.
   * `stale`: Okta refused the token, and a new token may work.
   */
  heard(sent: CredentialHeaders, answer: Pick<Exchange, 'status' | 'headers'>): 'again' | 'stale' | null;
  /** Whether the last token is bound to a key (DPoP); null before the first token, or if tokens are not used. */
  isBound(): boolean | null;
};

/** Opens a credential for an org. */
export type CredentialOpener = (org: {
  origin: string;
  clock: { now(): number };
  send: Transport['send'];
}) => OpenCredential;

/** @throws {TypeError} for a token that no header can carry, or an invalid key; the message contains neither */
export function openCredential(credential: Credential): CredentialOpener {
  if (credential.kind === 'private-key') return openPrivateKey(credential);
  if (!/^[\x21-\x7e]+$/.test(credential.token))
    throw new TypeError('the API token is empty or has characters that no header can carry');
  const headers = Promise.resolve({ authorization: `SSWS ${credential.token}` });
  return () => ({ kind: 'ssws', headersFor: () => headers, heard: () => null, isBound: () => null });
}
