import { isIPv4, isIPv6 } from 'node:net';

/**
 * Returns the network that an IP address probably belongs to: /24 of IPv4, /48 of IPv6. Phones and home connections
 * change their address within it. Returns null for text that is not an IP address.
 */
export function siteOf(address: string): string | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(address)) return null;
  const [head = ''] = address.toLowerCase().split('%', 1)[0]!.split('::');
  const groups = head
    .split(':')
    .filter(Boolean)
    .map((group) => group.replace(/^0+(?=.)/, ''));
  return `${[...groups, '0', '0', '0'].slice(0, 3).join(':')}::/48`;
}
