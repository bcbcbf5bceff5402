import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { authority, certificates } from '#testing/certificates.ts';
import { freePort } from '#testing/free-port.ts';
import { sinkChecks } from './sink-check.ts';

let close = () => {};
afterEach(() => close());

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => void server.close();
  return (server.address() as AddressInfo).port;
}
const clock = { now: () => Date.UTC(2026, 10, 26) };
const said = async (checks: ReturnType<typeof sinkChecks>): Promise<string[]> =>
  Promise.all(
    checks.map(({ name, run }) =>
      run()
        .then(String, String)
        .then((text) => `${name}: ${text}`),
    ),
  );
const secrets = ['a-secret-of-the-sink-with-32-characters'];
const webhook = (port: number, { ca }: { ca: string | undefined } = { ca: authority }) =>
  said(sinkChecks({ url: `https://localhost:${port}/in`, secrets, ca }, clock));

test('says that a webhook accepts an empty batch, or what to change', async () => {
  let status = 204;
  const bodies: string[] = [];
  const server = createServer(certificates.good, (request, response) => {
    request.on('data', (chunk) => bodies.push(String(chunk)));
    request.on('end', () => response.writeHead(status).end());
  });
  const port = await listen(server);
  expect(await webhook(port)).toEqual([`audit sink: localhost:${port} accepts a signed batch without events`]);
  expect(bodies).toEqual(['{"events":[]}']);
  status = 401;
  expect((await webhook(port))[0]).toMatch(/answered 401\): .* compare AUDIT_SINK_SECRET$/);
  status = 404;
  expect((await webhook(port))[0]).toMatch(/answered 404\): check the path/);
  expect((await webhook(port, { ca: undefined }))[0]).toMatch(
    /name the authority of its certificate in AUDIT_SINK_CA_FILE$/,
  );
  server.closeAllConnections();
});

test('says that nobody listens', async () => {
  const port = await freePort();
  expect((await webhook(port))[0]).toMatch(/takes no events \(.*ECONNREFUSED.*\): check AUDIT_SINK/);
  expect(sinkChecks(null, clock)).toEqual([]);
});
