import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';

export type Issuer = {
  issuer: string;
  /** The private key of `publicJwk`. */
  privateKey: CryptoKey;
  publicJwk: JWK;
  asked: string[];
  token: { status: number; body: unknown };
  /** Replaces or extends fields of the discovery document. */
  discovery: Record<string, unknown>;
  keys: JWK[];
  /** Keys are ends of requested paths. */
  instead: Record<string, { status?: number; type?: string; location?: string; body: string }>;
  close(): Promise<void>;
};

export const KID = 'the-key';

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: KID, use: 'sig', alg: 'RS256' };
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0]!;
    it.asked.push(path);
    const say = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const instead = Object.entries(it.instead).find(([end]) => path.endsWith(end))?.[1];
    if (instead) {
      const { status = 200, type = 'application/json', location, body } = instead;
      response.writeHead(status, { 'content-type': type, ...(location !== undefined && { location }) });
      return void response.end(body);
    }
    if (path.endsWith('/.well-known/openid-configuration')) {
      const at = (end: string) => `${it.issuer}/v1/${end}`;
      return say(200, {
        issuer: it.issuer,
        authorization_endpoint: at('authorize'),
        token_endpoint: at('token'),
        jwks_uri: at('keys'),
        end_session_endpoint: at('logout'),
        code_challenge_methods_supported: ['S256'],
        ...it.discovery,
      });
    }
    if (path.endsWith('/v1/keys')) return say(200, { keys: it.keys });
    if (path.endsWith('/v1/token')) return say(it.token.status, it.token.body);
    return say(404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const it: Issuer = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/default`,
    privateKey,
    publicJwk,
    asked: [],
    token: { status: 200, body: {} },
    discovery: {},
    keys: [publicJwk],
    instead: {},
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return it;
}
