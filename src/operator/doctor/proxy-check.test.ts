import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { ConfigWarning } from './config-check.ts';
import { proxyCheck } from './proxy-check.ts';
import { recordUntrustedProxy } from '#bff/platform/client/untrusted-proxy.ts';
import { openTestStore, createPlace } from '#testing/store.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = temporaryFolder();
});

const check = async (trustedProxies: string[], baseUrl = 'https://keys.example.com') =>
  proxyCheck({ baseUrl, trustedProxies, ...(await createPlace(dataDir)) }).run();
const seen = async (peer: string) => {
  const store = await openTestStore(dataDir);
  await recordUntrustedProxy(store, { now: () => 0 }, peer);
  await store.destroy();
};

it('[W9] fails for https without a proxy, since the portal itself speaks http only', async () => {
  await expect(check([])).rejects.toThrow('TRUSTED_PROXIES names none');
  expect(await check([], 'http://localhost:3000')).toBe('none is set, and none is needed');
  expect(await check(['10.0.0.1'])).toBe('10.0.0.1 may name the client’s address');
});

it('[W9] fails for forwarding headers from an unlisted private address, until it is listed', async () => {
  await seen('10.0.0.2');
  await expect(check(['10.0.0.1'])).rejects.not.toBeInstanceOf(ConfigWarning);
  await expect(check(['10.0.0.1'])).rejects.toThrow('10.0.0.2 sent forwarding headers at 1970-01-01T00:00:00.000Z');
  expect(await check(['10.0.0.0/24'])).toBe('10.0.0.0/24 may name the client’s address');
});

it('fails for networks that no proxy fills', async () => {
  for (const wide of ['0.0.0.0/0', '64.0.0.0/4', '::/0', '2000::/3'])
    await expect(check(['10.0.0.1', wide])).rejects.toThrow(
      `TRUSTED_PROXIES has ${wide}, a large part of the internet`,
    );
  for (const narrow of ['10.0.0.0/8', 'fc00::/7', 'uniquelocal', '104.16.0.0/13', '2400:cb00::/32', '203.0.113.9'])
    expect(await check([narrow])).toContain(narrow);
});

it('only warns of a public address, since anybody may send such headers', async () => {
  await seen('203.0.113.9');
  await expect(check(['10.0.0.1'])).rejects.toBeInstanceOf(ConfigWarning);
});

it('says when the store cannot be read', async () => {
  writeFileSync(join(dataDir, 'portal.sqlite'), 'not a database');
  const unreadable = proxyCheck({ baseUrl: 'https://keys.example.com', trustedProxies: ['10.0.0.1'], dataDir });
  await expect(unreadable.run()).rejects.toThrow('the store in DATA_DIR cannot be read');
});
