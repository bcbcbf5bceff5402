import { expect, it } from 'vitest';
import { parseAddress, createProxies, getNetwork } from './address.ts';

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('counts %s by its network', (address, network) => {
  expect(getNetwork(address)).toBe(network);
});

it.each([
  [' 203.0.113.9 ', '203.0.113.9'],
  ['203.0.113.9:5678', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::FFFF:cb00:7109', '203.0.113.9'],
  ['[2001:DB8::1]:443', '2001:db8::1'],
  ['[2001:0db8:0:0::0001]', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
])('reads %s as %s', (text, address) => {
  expect(parseAddress(text)).toBe(address);
});

it.each([
  '',
  'unknown',
  '_hidden',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.4:',
  '1.2.3.4:123456',
  '01.2.3.4',
  '[::1',
  'a'.repeat(8000),
  `fe80::1%${'a'.repeat(8000)}`,
  '1.2.3.4\n5',
])('rejects %.20s', (text) => {
  expect(parseAddress(text)).toBeNull();
});

const proxies = createProxies(['10.0.0.0/8', '192.0.2.1', '2001:db8:f::/48']);

it.each([
  ['10.1.2.3', '203.0.113.9', '203.0.113.9'],
  ['10.1.2.3', '203.0.113.9:5678', '203.0.113.9'],
  ['::ffff:10.1.2.3', '[2001:db8::7]:9', '2001:db8::7'],
  // The client itself sent the first address. The proxy added the last one.
  ['10.1.2.3', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['10.1.2.3', '203.0.113.9, 192.0.2.1:80, 10.9.9.9', '203.0.113.9'],
  ['10.1.2.3', '203.0.113.9, 2001:db8:f::1', '203.0.113.9'],
  ['10.1.2.3', undefined, '10.1.2.3'],
  ['10.1.2.3', 'unknown', '10.1.2.3'],
  ['10.1.2.3', `203.0.113.9, ${'x'.repeat(8000)}`, '10.1.2.3'],
  ['10.1.2.3', '', '10.1.2.3'],
  ['203.0.113.200', '198.51.100.1', '203.0.113.200'],
  ['', '198.51.100.1', '0.0.0.0'],
])('[W9] of peer %s and X-Forwarded-For %.40s the client is %s', (peer, forwardedFor, client) => {
  expect(proxies.findClient(peer, forwardedFor)).toBe(client);
});

it('walks a header of any length to the first hop that is no proxy', () => {
  expect(proxies.findClient('10.0.0.1', Array.from({ length: 3000 }, () => '1.1.1.1').join(','))).toBe('1.1.1.1');
});

it('accepts names of networks, and rejects other words', () => {
  expect(createProxies(['loopback']).trusts('::ffff:127.0.0.9')).toBe(true);
  expect(createProxies(['uniquelocal']).trusts('8.8.8.8')).toBe(false);
  for (const wrong of [
    'proxy.example.com',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/255.0.0.0',
    '::/129',
  ]) {
    expect(() => createProxies([wrong])).toThrow(`${wrong} is no address and no network`);
  }
});
