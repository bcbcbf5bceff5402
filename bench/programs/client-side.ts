import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const { UPSTREAM_URL: orgUrl = '', USER_ID: userId = '', CLIENT: name } = process.env;

/** Each process loads only its own client. */
const clients = {
  async ours() {
    const { createOktaClient } = await import('#okta/client.ts');
    const credential = { kind: 'ssws', token: 'a-token-of-nobody' } as const;
    const { userFactorApi } = createOktaClient({
      orgUrl,
      credential,
      clock: { now: Date.now },
      userAgent: 'latchkey/bench',
    });
    return async () => (await userFactorApi.listFactors({ userId })).length;
  },
  async sdk() {
    const { Client } = await import('@okta/okta-sdk-nodejs');
    // Without this option, the SDK's cache would answer.
    const { userFactorApi } = new Client({ orgUrl, token: 'a-token-of-nobody', cacheMiddleware: null } as never);
    return async () => {
      let count = 0;
      for await (const factor of await userFactorApi.listFactors({ userId })) if (factor) count += 1;
      return count;
    };
  },
};

const read = await clients[name as keyof typeof clients]();

async function run(count: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) if ((await read()) === 0) throw new Error('no factor was read');
  };
  await Promise.all(Array.from({ length: 10 }, worker));
}

const server = createServer((request, response) => {
  const count = Number(/^\/run\?count=(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
  run(count).then(
    () => response.end('ok'),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`));
