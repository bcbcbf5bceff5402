import { expect, it } from 'vitest';
import { siteOf } from './networks.ts';

it.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:12:3456::1', '2001:db8:12::/48'],
  ['2001:0DB8:0012::', '2001:db8:12::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['::1', '0:0:0::/48'],
  ['', null],
  ['203.0.113.77:443', null],
])('%s belongs to %s', (address, site) => {
  expect(siteOf(address)).toBe(site);
});
