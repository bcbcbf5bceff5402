import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createOktaClient } from './client.ts';

const options = {
  credential: { kind: 'ssws' as const, token: 'canary-token' },
  clock: Date,
  userAgent: 'latchkey/test',
};

test.each([
  'https://example.okta.com',
  'https://example.okta.com/',
  'http://localhost:3001',
  'http://127.0.0.1:3001',
  'http://[::1]:3001',
])('createOktaClient › accepts %s', async (orgUrl) => {
  await createOktaClient({ ...options, orgUrl }).close();
});

test.each([
  '',
  'example.okta.com',
  'http://example.okta.com',
  'http://127.0.0.1.evil.example',
  'https://a:b@example.okta.com',
  'https://example.okta.com/oauth2',
  'https://example.okta.com/?x',
  'ftp://localhost',
])('createOktaClient › rejects %j', (orgUrl) => {
  expect(() => createOktaClient({ ...options, orgUrl })).toThrow(TypeError);
});

test.each(['', 'canary token', 'canary\r\nx: y', 'canary\u00e4'])(
  'createOktaClient › rejects a token that no header can carry, without repeating it: %j',
  (token) => {
    const make = () =>
      createOktaClient({ ...options, orgUrl: 'https://example.okta.com', credential: { kind: 'ssws', token } });
    expect(make).toThrow(TypeError);
    expect(make).not.toThrow(/canary/);
  },
);

test('a client never shows its credential when it is inspected', async () => {
  const client = createOktaClient({ ...options, orgUrl: 'https://example.okta.com' });
  expect(inspect(client, { depth: 20, showHidden: true }) + JSON.stringify(client)).not.toContain('canary');
  await client.close();
  await expect(client.ping()).rejects.toMatchObject({ kind: 'unavailable' });
});
