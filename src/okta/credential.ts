/** What the portal shows the org to be let in. A service app (`private_key_jwt`) becomes a second kind. */
export type Credential = { kind: 'ssws'; token: string };

/** A credential in use. It is a closure, so that no inspection of a client, call or error can print the secret. */
export type OpenCredential = {
  /** The value of the `Authorization` header; a kind that expires renews itself here, single-flight. */
  authorization(): Promise<string>;
};

/**
 * @throws {TypeError} for a token with characters that no header can carry. The token itself is not repeated.
 */
export function openCredential(credential: Credential): OpenCredential {
  if (!/^[\x21-\x7e]+$/.test(credential.token)) throw new TypeError('the API token is empty or has characters that no header can carry');
  const header = Promise.resolve(`SSWS ${credential.token}`);
  return { authorization: () => header };
}
