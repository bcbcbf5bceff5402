import type { KoaContextWithOIDC } from 'oidc-provider';
import type Provider from 'oidc-provider';
import type { EmulatorContext } from '../context/context.ts';
import { messagePage, signOutPage } from './pages.ts';

function redirectAfter(ctx: KoaContextWithOIDC): string {
  const { post_logout_redirect_uri: target, state } = ctx.oidc.params ?? {};
  if (typeof target !== 'string') return ctx.oidc.urlFor('end_session_success');
  const address = new URL(target);
  if (typeof state === 'string') address.searchParams.set('state', state);
  return address.href;
}

/**
 * OpenID Connect RP-Initiated Logout 1.0 section 2. As at Okta, a hint about the signed-in person needs no
 * confirmation. Without a hint, the person must confirm, so that other sites cannot sign them out.
 */
export async function signOut(emulator: EmulatorContext, ctx: KoaContextWithOIDC): Promise<void> {
  const { session, entities, provider } = ctx.oidc;
  if (!session) return;
  const hint = entities.IdTokenHint as { payload?: { sub?: string } } | undefined;
  if (hint?.payload?.sub !== session.accountId) {
    ctx.type = 'html';
    ctx.body = signOutPage(ctx.oidc.urlFor('end_session_confirm'), String(session.state?.secret));
    return;
  }
  const grants = Object.values(session.authorizations ?? {}).flatMap(({ grantId }) => grantId ?? []);
  if (grants.length > 0) await emulator.db.deleteFrom('sign_in_state').where('grant_id', 'in', grants).execute();
  await session.destroy();
  ctx.oidc.cookies.set(provider.cookieName('session'), null, { httpOnly: true, sameSite: 'lax' });
  ctx.status = 303;
  ctx.redirect(redirectAfter(ctx));
}

/** Skips the form if nobody is signed in, because oidc-provider's form needs a script. */
export function skipEmptySignOut(provider: Provider): void {
  provider.use(async (ctx, next) => {
    await next();
    const { oidc } = ctx as KoaContextWithOIDC;
    if (oidc?.route !== 'end_session' || ctx.status !== 200 || oidc.session?.accountId) return;
    ctx.status = 303;
    ctx.redirect(redirectAfter(ctx as KoaContextWithOIDC));
  });
}

export function signedOutPage(ctx: KoaContextWithOIDC): void {
  ctx.type = 'html';
  ctx.body = messagePage('You are signed out', 'You can close this window.');
}
