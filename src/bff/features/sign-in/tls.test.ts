import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type SecureVersion } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createProvider } from './provider.ts';
import { createOktaClient } from '#okta/client.ts';
import { authority, certificates } from '#testing/certificates.ts';
import type { Observation } from '#okta/transport/transport.ts';

const before = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...before, authority]));
afterAll(() => setDefaultCACertificates(before));

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** `reached`: counts the requests that reached the org. */
async function orgWith(
  pair: { cert: string; key: string },
  versions: { minVersion?: SecureVersion; maxVersion?: SecureVersion } = {},
) {
  const reached = { requests: 0 };
  const server = createServer(
    { ...pair, ...versions, ...(versions.maxVersion && { ciphers: 'ALL@SECLEVEL=0' }) },
    (_request, response) => {
      reached.requests += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"id":"00o1","pipeline":"idx"}');
    },
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, reached };
}

async function ask(url: string): Promise<{ kind: unknown; logged: Observation[] }> {
  const logged: Observation[] = [];
  const client = createOktaClient({
    orgUrl: url,
    credential: { kind: 'ssws', token: '00token' },
    clock: { now: () => Date.now() },
    userAgent: 'test/0',
    sleep: async () => undefined,
    observe: (seen) => void logged.push(seen),
  });
  const kind = await client.org.wellKnown().then(
    () => 'answered',
    (error: { kind: unknown }) => error.kind,
  );
  await client.close();
  return { kind, logged };
}

const signIn = (url: string) =>
  createProvider({
    issuer: `${url}/oauth2/default`,
    clientId: 'c',
    clientSecret: 's',
    redirectUri: 'https://portal.example/auth/callback',
  }).begin({});

describe('[U9] the org over TLS', () => {
  it('is called when its certificate is valid, by TLS 1.2 and 1.3', async () => {
    for (const versions of [{}, { minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' }] as const) {
      const org = await orgWith(certificates.good, versions);
      expect([(await ask(org.url)).kind, org.reached.requests]).toEqual(['answered', 1]);
    }
  });

  it.each([
    ['vouches for itself', certificates.selfSigned, {}],
    ['has expired', certificates.expired, {}],
    ['is another host’s', certificates.otherHost, {}],
    ['is right, by TLS 1.1', certificates.good, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }],
    ['is right, by TLS 1.0', certificates.good, { minVersion: 'TLSv1', maxVersion: 'TLSv1' }],
  ] as const)('is sent nothing when its certificate %s, which is logged', async (_what, pair, versions) => {
    const org = await orgWith(pair, versions);
    const { kind, logged } = await ask(org.url);
    expect([kind, org.reached.requests]).toEqual(['unavailable', 0]);
    expect(logged.length).toBeGreaterThan(0);
    for (const { status, error } of logged) expect([status, error]).toEqual([null, expect.anything()]);
    await expect(signIn(org.url)).rejects.toThrow(/certificate|expired|altnames|self-signed|SSL|TLS|protocol/i);
    expect(org.reached.requests).toBe(0);
  });
});
