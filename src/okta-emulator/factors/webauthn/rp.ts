import { isIP } from 'node:net';
import type { EmulatorContext } from '../../context/context.ts';

/**
 * Returns the relying-party id of an org's keys. `none` gives undefined; another setting is used unchanged. Default:
 * the org's own host, unless it is an IP address, for which no key is possible (WebAuthn, section 5.1.2).
 */
export function rpIdFor(setting: string | undefined, url: string): string | undefined {
  if (setting !== undefined) return setting === 'none' ? undefined : setting;
  const { hostname } = new URL(url);
  return isIP(hostname.replaceAll(/[[\]]/g, '')) ? undefined : hostname;
}

/** Returns the id that signed data must contain. Without a sent id, browsers use the page's host: here the org's. */
export function expectedRpId({ rpId, url }: Pick<EmulatorContext, 'rpId' | 'url'>): string {
  return rpId ?? new URL(url).hostname;
}

/**
 * Whether a page of this origin may use keys of this relying party: over http or https, on the host `rpId` or a
 * subdomain of it.
 */
export function originFits(origin: unknown, rpId: string): origin is string {
  const url = typeof origin === 'string' ? URL.parse(origin) : null;
  if (!url || url.origin !== origin || !/^https?:$/.test(url.protocol)) return false;
  return url.hostname === rpId || url.hostname.endsWith(`.${rpId}`);
}
