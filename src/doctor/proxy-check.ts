import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check, ConfigWarning, type ConfigCheck } from './config-check.ts';
import type { Config } from '#bff/config/config.ts';
import { openStore } from '#bff/store/open.ts';
import { createProxies } from '#bff/http/limits/address.ts';
import { untrustedProxyOf, type UntrustedProxy } from '#bff/http/untrusted-proxy.ts';

async function noted(dataDir: string): Promise<UntrustedProxy | null> {
  if (!existsSync(join(dataDir, 'portal.sqlite'))) return null;
  const store = await openStore(dataDir).catch((error: unknown) => {
    throw new ConfigWarning(`it cannot be checked: the store in DATA_DIR cannot be read (${(error as Error).message})`);
  });
  try {
    return await untrustedProxyOf(store);
  } finally {
    await store.destroy();
  }
}

/**
 * Checks TRUSTED_PROXIES against the headers seen. It fails for https without any proxy, since the portal speaks http
 * only, and for forwarding headers from an unlisted private address. From a public address anybody may have sent them.
 */
export const proxyCheck = ({
  baseUrl,
  trustedProxies,
  dataDir,
}: Pick<Config, 'baseUrl' | 'trustedProxies' | 'dataDir'>): ConfigCheck =>
  check('proxies', async () => {
    if (baseUrl.startsWith('https:') && trustedProxies.length === 0) {
      throw new Error(
        'BASE_URL is https, so there is a proxy before the portal, but TRUSTED_PROXIES names none: everybody shares its address in limits and the audit log',
      );
    }
    const seen = await noted(dataDir);
    if (seen && !createProxies(trustedProxies).trusts(seen.peer)) {
      const finding = `${seen.peer} sent forwarding headers at ${new Date(seen.at).toISOString()}, and TRUSTED_PROXIES does not name it`;
      if (createProxies(['loopback', 'linklocal', 'uniquelocal']).trusts(seen.peer))
        throw new Error(`${finding}: name it if it is your proxy`);
      throw new ConfigWarning(
        `${finding}: name it if it is your proxy; otherwise somebody reaches the portal directly, and the header is ignored`,
      );
    }
    return trustedProxies.length > 0
      ? `${trustedProxies.join(', ')} may name the client’s address`
      : 'none is set, and none is needed';
  });
