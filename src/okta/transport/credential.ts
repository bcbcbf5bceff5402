import type { Exchange } from './pool.ts';
import { openPrivateKey, type PrivateKeyCredential } from './service-app.ts';
import type { Transport } from './transport.ts';

/** An administrator's API token (`ssws`), or a service app's private key. */
export type Credential = { kind: 'ssws'; token: string } | PrivateKeyCredential;

export type CredentialHeaders = { authorization: string; dpop?: string };

/** Closures keep the secret, so printing a client, a call or an error cannot show it. */
export type OpenCredential = {
  readonly kind: Credential['kind'];
  /** Renews an expiring token, once for all callers. Rejects with the OktaError of the renewal. */
  headersFor(
    call: { method: string; path: string },
    deadline: { readonly signal: AbortSignal },
  ): Promise<CredentialHeaders>;
  /** `again`: Okta asked for a nonce and did not process the request. `stale`: Okta refused the token. */
  heard(sent: CredentialHeaders, answer: Pick<Exchange, 'status' | 'headers'>): 'again' | 'stale' | null;
  isBound(): boolean | null;
};

export type CredentialOpener = (org: {
  origin: string;
  clock: { now(): number };
  send: Transport['send'];
}) => OpenCredential;

/** @throws {TypeError} for an invalid key, or a token that a header cannot contain. The message contains neither. */
export function openCredential(credential: Credential): CredentialOpener {
  if (credential.kind === 'private-key') return openPrivateKey(credential);
  if (!/^[\x21-\x7e]+$/.test(credential.token))
    throw new TypeError('the API token is empty or has characters that no header can carry');
  const headers = Promise.resolve({ authorization: `SSWS ${credential.token}` });
  return () => ({ kind: 'ssws', headersFor: () => headers, heard: () => null, isBound: () => null });
}
