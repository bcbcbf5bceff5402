import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errors } from 'oidc-provider';
import type Provider from 'oidc-provider';
import type { EmulatorContext } from '../context/context.ts';
import { policy } from '../page/headers.ts';
import { passwordMatches } from '../people/password.ts';
import { findPerson } from '../people/people.ts';
import type { Person } from '../store/schema.ts';
import { showFactor, takeFactor } from './factor-step.ts';
import type { Chosen, FactorStep, Outcome } from './factor-step.ts';
import { messagePage, passwordPage } from './pages.ts';
import { STEP_UP, requirementOf } from './policy.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Who entered the password, and when, in the emulator's seconds. */
type PasswordGiven = { accountId: string; at: number };

/** Kept in the open sign-in: the accepted password, and the chosen factor. */
type Kept = { password?: PasswordGiven; chosen?: Chosen };

const refusals: Partial<Record<Person['status'], string>> = {
  SUSPENDED: 'Your account is suspended. Ask your helpdesk.',
  DEPROVISIONED: 'Your account has been deactivated. Ask your helpdesk.',
  LOCKED_OUT: 'Your account is locked. Ask your helpdesk to unlock it.',
};
const NOT_READY = 'Your account is not ready yet. Ask your helpdesk.';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/**
 * The sign-in pages: `GET` and `POST /oauth2/default/signin/{uid}`. First login and password; then a factor where
 * `acr_values` or the org's rule requires it. A form's answer is the page with an error, or a redirect.
 */
export function signInRoutes(emulator: EmulatorContext, provider: Provider) {
  const find = async (
    request: FastifyRequest<{ Params: { uid: string } }>,
    reply: FastifyReply,
  ): Promise<Interaction | undefined> => {
    try {
      const details = await provider.interactionDetails(request.raw, reply.raw);
      if (details.uid === request.params.uid) return details;
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
    }
    await reply
      .code(400)
      .type('text/html')
      .send(messagePage('This sign-in has ended', 'Go back to where you came from and start again.'));
    return undefined;
  };

  /** The person who must verify a factor: after the password, or signed in and lacking only that. */
  const passedPassword = async (details: Interaction): Promise<(PasswordGiven & { person: Person }) | undefined> => {
    const given = (details.result as Kept | undefined)?.password;
    const { reasons } = details.prompt;
    const stepUp = reasons.length === 1 && reasons[0] === STEP_UP ? details.session : undefined;
    const session = stepUp && (await provider.Session.findByUid(stepUp.uid));
    const from = given ?? (session?.accountId ? { accountId: session.accountId, at: session.loginTs ?? 0 } : undefined);
    const person = from && (await findPerson(emulator.db, from.accountId));
    return from && person?.status === 'ACTIVE' ? { ...from, person } : undefined;
  };

  const show = (reply: FastifyReply, details: Interaction, status: number, body: string) => {
    const { origin } = new URL(text(details.params.redirect_uri));
    reply.helmet({ contentSecurityPolicy: policy(origin) });
    return reply.code(status).type('text/html').header('cache-control', 'no-store').send(body);
  };

  const finish = async (
    request: FastifyRequest,
    reply: FastifyReply,
    details: Interaction,
    person: Person,
    amr: string[],
    at: number,
  ) => {
    if (details.session && details.session.accountId !== person.id) {
      // Another person was signed in: end their session here; the library would use a form that needs a script.
      await (await provider.Session.findByUid(details.session.uid))?.destroy();
      delete (details.session as { uid?: string }).uid;
      await details.persist();
    }
    // A complete sign-in ends the row of wrong codes, whatever it asked for (docs/adr/0015).
    await emulator.db
      .updateTable('people')
      .set({ last_login: emulator.clock.now(), misses: 0, missed_at: 0 })
      .where('id', '=', person.id)
      .execute();
    reply.hijack();
    const login = { accountId: person.id, ts: at, amr };
    await provider.interactionFinished(request.raw, reply.raw, { login }, { mergeWithLastSubmission: false });
  };

  /** Sends the library's error to the portal; rethrows other errors. */
  const orFail = async (request: FastifyRequest, reply: FastifyReply, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error;
      reply.hijack();
      await provider.interactionFinished(request.raw, reply.raw, {
        error: error.error,
        error_description: error.error_description,
      });
    }
  };

  const keep = async (details: Interaction, more: Kept) => {
    details.result = { ...details.result, ...more };
    await details.persist();
  };

  const takePassword = async (request: FastifyRequest, reply: FastifyReply, details: Interaction) => {
    const { username, password } = (request.body ?? {}) as { username?: unknown; password?: unknown };
    const login = text(username).trim();
    const person = login === 'me' ? undefined : await findPerson(emulator.db, login);
    if (!(await passwordMatches(text(password), person?.password)) || !person) {
      return show(reply, details, 400, passwordPage({ login, error: 'That email address and password do not match.' }));
    }
    if (person.status !== 'ACTIVE')
      return show(reply, details, 403, passwordPage({ login, error: refusals[person.status] ?? NOT_READY }));
    const at = Math.floor(emulator.clock.now() / 1000);
    const { proof } = await requirementOf(emulator, person, details.params.acr_values);
    if (proof === 'password') return finish(request, reply, details, person, ['pwd'], at);
    await keep(details, { password: { accountId: person.id, at } });
    return reply.redirect(request.url, 303);
  };

  type Passed = PasswordGiven & { person: Person };

  const factorStep = async (
    request: FastifyRequest,
    reply: FastifyReply,
    details: Interaction,
    { person, at }: Passed,
    take: (step: FactorStep) => Promise<Outcome>,
  ) => {
    const { proof } = await requirementOf(emulator, person, details.params.acr_values);
    // The person's last factor was removed while the page was open.
    if (proof === 'password') return finish(request, reply, details, person, ['pwd'], at);
    const { chosen } = (details.result ?? {}) as Kept;
    const { 'user-agent': userAgent = 'unknown', 'accept-language': acceptLanguage } = request.headers;
    const outcome = await take({
      person,
      proof,
      chosen,
      headers: { userAgent, acceptLanguage, forwardedFor: undefined },
    });
    if ('proven' in outcome) return finish(request, reply, details, person, ['pwd', outcome.proven.amr, 'mfa'], at);
    if ('body' in outcome) return show(reply, details, outcome.status, outcome.body);
    await keep(details, { chosen: outcome.keep });
    return reply.redirect(request.url, 303);
  };

  return async (app: FastifyInstance): Promise<void> => {
    await app.register(formbody);
    app.get<{ Params: { uid: string } }>('/oauth2/default/signin/:uid', async (request, reply) => {
      const details = await find(request, reply);
      if (!details) return reply;
      if (details.prompt.name === 'consent') {
        reply.hijack();
        await provider.interactionFinished(request.raw, reply.raw, { consent: {} });
        return reply;
      }
      const passed = await passedPassword(details);
      if (!passed) return show(reply, details, 200, passwordPage({ login: text(details.params.login_hint) }));
      await orFail(request, reply, () =>
        factorStep(request, reply, details, passed, (step) => showFactor(emulator, step)),
      );
      return reply;
    });
    app.post<{ Params: { uid: string } }>(
      '/oauth2/default/signin/:uid',
      { bodyLimit: 16_384 },
      async (request, reply) => {
        const details = await find(request, reply);
        if (!details) return reply;
        const passed = await passedPassword(details);
        const form = (request.body ?? {}) as Record<string, unknown>;
        await orFail(request, reply, () =>
          passed
            ? factorStep(request, reply, details, passed, (step) => takeFactor(emulator, step, form))
            : takePassword(request, reply, details),
        );
        return reply;
      },
    );
  };
}
