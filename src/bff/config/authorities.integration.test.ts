import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createOktaClient } from '#okta/client.ts';
import { authority, certificates } from '#testing/certificates.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { readConfig } from './config.ts';
import { real } from './testing/real-org.ts';

test('neither the database’s authority nor the audit sink’s is trusted for Okta', async () => {
  const server = createServer(certificates.good, (_request, response) => response.end('{}'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const orgUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
  const file = join(temporaryFolder(), 'ca.pem');
  writeFileSync(file, authority);
  const { database, okta } = readConfig({
    ...real,
    OKTA_ORG_URL: orgUrl,
    OKTA_ISSUER: `${orgUrl}/oauth2/default`,
    DATABASE_URL: `postgres://u@localhost/d?sslrootcert=${file}`,
    AUDIT_SINK: orgUrl,
    AUDIT_SINK_CA_FILE: file,
    AUDIT_SINK_SECRET: 's'.repeat(43),
  });
  // A client that trusts the authority does reach the server.
  const { ca } = database!.tls as { ca: string };
  const [answer] = await once(get(orgUrl, { ca }), 'response');
  expect(answer).toMatchObject({ statusCode: 200 });
  const client = createOktaClient({ orgUrl, credential: okta!.credential, clock: Date, userAgent: 'test' });
  await expect(client.org.wellKnown()).rejects.toMatchObject({
    cause: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
  });
  await client.close();
});
