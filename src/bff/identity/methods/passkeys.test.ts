import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '#clock';
import { openTestStore } from '#testing/store.ts';
import type { Store } from '../../platform/store/open.ts';
import { createPasskeys, mayCarry } from './passkeys.ts';

test.each([
  ['portal.example.com', 'portal.example.com', true],
  ['example.com', 'portal.example.com', true],
  ['EXAMPLE.com', 'Portal.Example.COM.', true],
  ['localhost', 'localhost', true],
  ['example.okta.com', 'portal.example.com', false],
  ['portal.example.com', 'example.com', false],
  ['ample.com', 'portal.example.com', false],
  ['com', 'example.com', false],
  ['com', 'com', false],
  ['', 'example.com', false],
  ['.example.com', 'portal.example.com', false],
  ['localhost', 'portal.localhost', false],
  ['127.0.0.1', '127.0.0.1', false],
  ['0.0.1', '127.0.0.1', false],
  ['::1', '[::1]', false],
  ['localhost', '127.0.0.1', false],
  ['example.com/x', 'example.com/x', false],
])('keys of %j on a page of %j: %s', (rpId, host, ours) => {
  expect(mayCarry(rpId, host)).toBe(ours);
});

describe('the relying-party id of keys', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openTestStore();
  });
  afterEach(() => store.destroy());

  test('is unknown until it is learnt, survives a restart, and is learnt again', async () => {
    const clock = createClock(() => 1_000_000);
    const make = () => createPasskeys(store, clock, 'portal.example.com');
    const passkeys = make();
    expect([await passkeys.whose(), await passkeys.rpId()]).toEqual(['unknown', null]);
    expect(await passkeys.learn('example.com')).toBe(true);
    expect([await make().whose(), await make().rpId()]).toEqual(['ours', 'example.com']);
    expect(await passkeys.learn('example.okta.com')).toBe(false);
    expect([await passkeys.whose(), await passkeys.rpId()]).toEqual(['foreign', null]);
    const other = make();
    expect(await other.whose()).toBe('foreign');
    await passkeys.learn('example.com');
    expect(await other.whose()).toBe('ours');
  });

  test('a missing id means another id than ours, and a foreign one is checked again after a day', async () => {
    let now = 1_000_000;
    const passkeys = createPasskeys(
      store,
      createClock(() => now),
      'portal.example.com',
    );
    expect(await passkeys.learn('')).toBe(false);
    expect(await passkeys.whose()).toBe('foreign');
    now += 24 * 60 * 60_000;
    expect(await passkeys.whose()).toBe('unknown');
    await passkeys.learn('portal.example.com');
    now += 365 * 24 * 60 * 60_000;
    expect(await passkeys.whose()).toBe('ours');
  });
});
