import type { EmulatorContext } from '../../context/context.ts';

/** Creates a link with a token like Okta's. The emulator has no page at this address. */
export function linkTo({ random, url }: EmulatorContext, page: string): { href: string; token: string } {
  const token = random(15).toString('base64url');
  return { href: `${url}/${page}/${token}`, token };
}
