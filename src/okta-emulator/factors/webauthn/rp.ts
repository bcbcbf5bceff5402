import { isIP } from 'node:net';
import type { EmulatorContext } from '../../context/context.ts';

/**
 * The relying-party id for an org's keys: `none` gives none, any other setting is used as is; by default the org's own
 * host, unless it is an IP address, which no key can carry (WebAuthn, section 5.1.2).
 */
export function rpIdFor(setting: string | undefined, url: string): string | undefined {
  if (setting !== undefined) return setting === 'none' ? undefined : setting;
  const { hostname } = new URL(url);
  return isIP(hostname.replaceAll(/[[\]]/g, '')) ? undefined : hostname;
}

/** The id that signed data must carry. When none is sent, a browser uses its page's host, which must be the org's. */
export function expectedRpId({ rpId, url }: Pick<EmulatorContext, 'rpId' | 'url'>): string {
  return rpId ?? new URL(url).hostname;
}

/** Whether a page of this origin may use keys of this id: by http or https, from the host itself or a subdomain. */
export function originFits(origin: unknown, rpId: string): origin is string {
  const url = typeof origin === 'string' ? URL.parse(origin) : null;
  if (!url || url.origin !== origin || !/^https?:$/.test(url.protocol)) return false;
  return url.hostname === rpId || url.hostname.endsWith(`.${rpId}`);
}
