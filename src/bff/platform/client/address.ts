import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** In characters. An address with brackets and port is always shorter. */
const LONGEST = 64;
/** Express and Fastify use the same names. */
const named: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Removes port, brackets and zone, and writes IPv6 as RFC 5952 does. Returns null if the text is not an address.
 * `ipaddr.js` is not used: it rejects ports and brackets, and reads octal numbers.
 */
export function parseAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) return null;
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed;
  const [address = ''] = bare.split('%', 1);
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return null;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join('.');
}

/** For IPv6, the /64 network, because one customer has all of its addresses. */
export function getNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const between = address.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : [];
  return `${[...left, ...between, ...right].slice(0, 4).join(':')}::/64`;
}

function addTo(list: BlockList, entry: string): void {
  const [text = '', bits, more] = entry.split('/');
  const type = isIPv4(text) ? 'ipv4' : 'ipv6';
  const most = type === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  const fine =
    (isIPv4(text) || isIPv6(text)) &&
    more === undefined &&
    (bits === undefined || /^\d{1,3}$/.test(bits)) &&
    prefix <= most;
  if (!fine) throw new TypeError(`${entry.slice(0, LONGEST)} is no address and no network`);
  list.addSubnet(text, prefix, type);
}

export type Proxies = ReturnType<typeof createProxies>;

/** Headers of trusted proxies are believed. Throws a TypeError that names the first invalid entry. */
export function createProxies(trusted: readonly string[]) {
  const list = new BlockList();
  for (const entry of trusted.flatMap((name) => (Object.hasOwn(named, name) ? named[name]! : [name])))
    addTo(list, entry);
  const isTrusted = (address: string) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  return {
    trusts(peer: string): boolean {
      const address = parseAddress(peer);
      return address !== null && isTrusted(address);
    },

    /**
     * The last address in `X-Forwarded-For` that is not a trusted proxy. A text that is not an address makes the whole
     * header invalid: then the result is the peer's address.
     */
    findClient(peer: string, forwardedFor: string | string[] | undefined): string {
      const nearest = parseAddress(peer) ?? '0.0.0.0';
      if (forwardedFor === undefined) return nearest;
      const hops = String(forwardedFor).split(',');
      let client = nearest;
      while (hops.length > 0 && isTrusted(client)) {
        const next = parseAddress(hops.pop()!);
        if (next === null) return nearest;
        client = next;
      }
      return client;
    },
  };
}
