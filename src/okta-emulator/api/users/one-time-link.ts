import type { EmulatorContext } from '../../context/context.ts';

/** The emulator has no page at this address. */
export function linkTo({ random, url }: EmulatorContext, page: string): { href: string; token: string } {
  const token = random(15).toString('base64url');
  return { href: `${url}/${page}/${token}`, token };
}
