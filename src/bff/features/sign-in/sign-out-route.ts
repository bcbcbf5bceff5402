import type { FastifyInstance } from 'fastify';
import { addresses } from '#contract/endpoints.ts';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import type { Cookies } from '../../http/cookies.ts';
import { parseForms } from '../../http/forms.ts';
import type { Sessions } from '../../identity/sessions/sessions.ts';
import { randomToken, type Sealer } from '../../platform/store/secrets.ts';
import type { Provider } from './provider.ts';

type Deps = {
  services: { sessions: Sessions; auditLog: AuditLog; baseUrl: string };
  cookies: Cookies;
  provider: Provider;
  sealer: Sealer;
};

export const idTokenContext = ({ user_id }: { user_id: string }) => `id token ${user_id}`;

/**
 * The portal's session ends first, because this works even while Okta is down.
 * The ID token that Okta needs is only in the redirect, where no script can read it.
 */
export async function signOutRoute(app: FastifyInstance, { services, cookies, provider, sealer }: Deps): Promise<void> {
  await app.register(async (scope) => {
    parseForms(scope);
    scope.post(addresses.signOut, { config: { policy: 'sign-out', form: '/sign-out' } }, async (request, reply) => {
      const { session } = request;
      cookies.clearSession(reply);
      void reply.header('clear-site-data', '"cache", "storage"');
      let redirectTo: string = addresses.signedOut;
      if (session) {
        const state = randomToken(16);
        cookies.setFormResult(reply, 'sign-out', state);
        // The ID token is deleted with its session, so it is read first.
        const sealed = await services.sessions.idToken(session.id);
        await services.sessions.endNow(session, async () => {
          const details = { event: 'user.session.end', subject: session.user_id } as const;
          await services.auditLog.event(request.actor, details, { outcome: 'success' });
        });
        const idToken = sealed && sealer.open(sealed, idTokenContext(session));
        if (idToken) {
          const patience = new Promise<string>((resolve) => setTimeout(resolve, 500, redirectTo).unref());
          const found = provider
            .signOutUrl(idToken, new URL(addresses.signedOut, services.baseUrl).href, state)
            .catch(() => redirectTo);
          redirectTo = await Promise.race([found, patience]);
        }
      }
      return reply.redirect(redirectTo, 303);
    });
  });
}
