import { isIP } from 'node:net';
import type { EmulatorContext } from '../../context/context.ts';

/** Without a setting, an IP address gives undefined: keys cannot belong to one (WebAuthn, section 5.1.2). */
export function rpIdFor(setting: string | undefined, url: string): string | undefined {
  if (setting !== undefined) return setting === 'none' ? undefined : setting;
  const { hostname } = new URL(url);
  return isIP(hostname.replaceAll(/[[\]]/g, '')) ? undefined : hostname;
}

/** If the org sends no id, browsers use the host of the page, which is the org's host. */
export function expectedRpId({ rpId, url }: Pick<EmulatorContext, 'rpId' | 'url'>): string {
  return rpId ?? new URL(url).hostname;
}

/** Whether a page of this origin may use keys of this relying party: on the host `rpId` or its subdomains. */
export function originFits(origin: unknown, rpId: string): origin is string {
  const url = typeof origin === 'string' ? URL.parse(origin) : null;
  if (!url || url.origin !== origin || !/^https?:$/.test(url.protocol)) return false;
  return url.hostname === rpId || url.hostname.endsWith(`.${rpId}`);
}
