import type { EmulatorContext } from '../../context/context.ts';

/** A link with a token of Okta's form. The emulator has no page for it. */
export function linkTo({ random, url }: EmulatorContext, page: string): { href: string; token: string } {
  const token = random(15).toString('base64url');
  return { href: `${url}/${page}/${token}`, token };
}
