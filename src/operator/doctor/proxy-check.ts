import { check, ConfigWarning, type ConfigCheck } from './config-check.ts';
import type { PortalSettings } from '#bff/config/config.ts';
import type { StorePlace } from '#bff/platform/store/open.ts';
import { onExistingStore } from './existing-store.ts';
import { createProxies } from '#bff/platform/client/address.ts';
import { findUntrustedProxy, type UntrustedProxy } from '#bff/platform/client/untrusted-proxy.ts';

const readUntrustedProxy = (place: StorePlace): Promise<UntrustedProxy | null> =>
  onExistingStore(place, findUntrustedProxy).catch((error: unknown) => {
    const setting = place.database ? 'DATABASE_URL' : 'DATA_DIR';
    throw new ConfigWarning(
      `it cannot be checked: the store in ${setting} cannot be read (${(error as Error).message})`,
    );
  });

/** Shorter prefixes have more addresses than any balancer or CDN. */
const SHORTEST_IPV4 = 8;
const SHORTEST_IPV6 = 16;

function isTooWide(entry: string): boolean {
  const [address = '', bits] = entry.split('/');
  const isPrivate = createProxies(['uniquelocal']).trusts(address) && Number(bits) >= 7;
  return bits !== undefined && !isPrivate && Number(bits) < (address.includes(':') ? SHORTEST_IPV6 : SHORTEST_IPV4);
}

/**
 * Fails for https without a proxy, because the portal itself speaks only http. Fails if an unlisted private address
 * sent forwarding headers. For a public address it only warns, because anybody can send these headers.
 */
export const proxyCheck = ({
  baseUrl,
  trustedProxies,
  ...place
}: Pick<PortalSettings, 'baseUrl' | 'trustedProxies'> & StorePlace): ConfigCheck =>
  check('proxies', async () => {
    if (baseUrl.startsWith('https:') && trustedProxies.length === 0) {
      throw new Error(
        'BASE_URL is https, so there is a proxy before the portal, but TRUSTED_PROXIES names none: everybody shares its address in limits and the audit log',
      );
    }
    const wide = trustedProxies.find(isTooWide);
    if (wide !== undefined)
      throw new Error(
        `TRUSTED_PROXIES has ${wide}, a large part of the internet: anybody in it can claim any address. Set it to the addresses of your proxies`,
      );
    const sender = await readUntrustedProxy(place);
    if (sender && !createProxies(trustedProxies).trusts(sender.peer)) {
      const finding = `${sender.peer} sent forwarding headers at ${new Date(sender.at).toISOString()}, and TRUSTED_PROXIES does not name it`;
      if (createProxies(['loopback', 'linklocal', 'uniquelocal']).trusts(sender.peer))
        throw new Error(`${finding}: name it if it is your proxy`);
      throw new ConfigWarning(
        `${finding}: name it if it is your proxy; otherwise somebody reaches the portal directly, and the header is ignored`,
      );
    }
    return trustedProxies.length > 0
      ? `${trustedProxies.join(', ')} may name the client’s address`
      : 'none is set, and none is needed';
  });
