import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errors } from 'oidc-provider';
import type Provider from 'oidc-provider';
import type { EmulatorContext } from '../context/context.ts';
import { acceptForms } from '../page/forms.ts';
import { policy } from '../page/headers.ts';
import { passwordMatches } from '../people/password.ts';
import { findPerson } from '../people/people.ts';
import type { Person } from '../store/schema.ts';
import { showFactor, takeFactor, text, type Chosen, type FactorStep, type Outcome } from './factor-step.ts';
import { messagePage, passwordPage } from './pages.ts';
import { STEP_UP, getRequirement } from './policy.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
type PendingPrompt = FastifyRequest<{ Params: { uid: string } }>;

type Org = { emulator: EmulatorContext; provider: Provider };

type Open = Org & { request: FastifyRequest; reply: FastifyReply; details: Interaction };

/** `at`: when the password was entered, in seconds on the emulator's clock. */
type PasswordGiven = { accountId: string; at: number };

type Kept = { password?: PasswordGiven; chosen?: Chosen };

type Passed = PasswordGiven & { person: Person };

const refusals: Partial<Record<Person['status'], string>> = {
  SUSPENDED: 'Your account is suspended. Ask your helpdesk.',
  DEPROVISIONED: 'Your account has been deactivated. Ask your helpdesk.',
  LOCKED_OUT: 'Your account is locked. Ask your helpdesk to unlock it.',
};
const NOT_READY = 'Your account is not ready yet. Ask your helpdesk.';

async function find(org: Org, request: PendingPrompt, reply: FastifyReply): Promise<Open | undefined> {
  try {
    const details = await org.provider.interactionDetails(request.raw, reply.raw);
    if (details.uid === request.params.uid) return { ...org, request, reply, details };
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
  }
  await reply
    .code(400)
    .type('text/html')
    .send(messagePage('This sign-in has ended', 'Go back to where you came from and start again.'));
  return undefined;
}

/** Undefined unless the password was accepted, or the person is signed in and lacks only a factor. */
async function passedPassword({ emulator, provider, details }: Open): Promise<Passed | undefined> {
  const given = (details.result as Kept | undefined)?.password;
  const { reasons } = details.prompt;
  const stepUp = reasons.length === 1 && reasons[0] === STEP_UP ? details.session : undefined;
  const session = stepUp && (await provider.Session.findByUid(stepUp.uid));
  const from = given ?? (session?.accountId ? { accountId: session.accountId, at: session.loginTs ?? 0 } : undefined);
  const person = from && (await findPerson(emulator.db, from.accountId));
  return from && person?.status === 'ACTIVE' ? { ...from, person } : undefined;
}

function show({ reply, details }: Open, status: number, body: string) {
  const { origin } = new URL(text(details.params.redirect_uri));
  void reply.header('content-security-policy', policy(origin));
  return reply.code(status).type('text/html').header('cache-control', 'no-store').send(body);
}

async function finish(open: Open, { person, at }: Omit<Passed, 'accountId'>, amr: string[]) {
  const { emulator, provider, request, reply, details } = open;
  if (details.session && details.session.accountId !== person.id) {
    // Another person was signed in. Their session ends here, because the library's form would need a script.
    await (await provider.Session.findByUid(details.session.uid))?.destroy();
    delete (details.session as { uid?: string }).uid;
    await details.persist();
  }
  // A complete sign-in resets the count of wrong codes, whatever it required (docs/adr/0015).
  await emulator.db
    .updateTable('people')
    .set({ last_login: emulator.clock.now(), misses: 0, missed_at: 0 })
    .where('id', '=', person.id)
    .execute();
  reply.hijack();
  const login = { accountId: person.id, ts: at, amr };
  await provider.interactionFinished(request.raw, reply.raw, { login }, { mergeWithLastSubmission: false });
}

async function orFail({ provider, request, reply }: Open, work: () => Promise<unknown>) {
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
}

async function keep({ request, reply, details }: Open, more: Kept) {
  details.result = { ...details.result, ...more };
  await details.persist();
  return reply.redirect(request.url, 303);
}

async function takePassword(open: Open) {
  const { emulator } = open;
  const { username, password } = (open.request.body ?? {}) as { username?: unknown; password?: unknown };
  const login = text(username).trim();
  const person = login === 'me' ? undefined : await findPerson(emulator.db, login);
  if (!(await passwordMatches(text(password), person?.password, emulator.passwordCost)) || !person) {
    return show(open, 400, passwordPage({ login, error: 'That email address and password do not match.' }));
  }
  if (person.status !== 'ACTIVE')
    return show(open, 403, passwordPage({ login, error: refusals[person.status] ?? NOT_READY }));
  const at = Math.floor(emulator.clock.now() / 1000);
  const { level } = await getRequirement(emulator, person, open.details.params.acr_values);
  if (level === 'password') return finish(open, { person, at }, ['pwd']);
  return keep(open, { password: { accountId: person.id, at } });
}

async function factorStep(open: Open, passed: Passed, take: (step: FactorStep) => Promise<Outcome>) {
  const { emulator, details, request } = open;
  const { person } = passed;
  const { level } = await getRequirement(emulator, person, details.params.acr_values);
  // If the person's last factor was removed while this page was open, the password suffices.
  if (level === 'password') return finish(open, passed, ['pwd']);
  const { chosen } = (details.result ?? {}) as Kept;
  const { 'user-agent': userAgent = 'unknown', 'accept-language': acceptLanguage } = request.headers;
  const headers = { userAgent, acceptLanguage, forwardedFor: undefined };
  const outcome = await take({ person, level, chosen, headers });
  if ('verified' in outcome) return finish(open, passed, ['pwd', outcome.verified.amr, 'mfa']);
  if ('body' in outcome) return show(open, outcome.status, outcome.body);
  return keep(open, { chosen: outcome.keep });
}

export function signInRoutes(emulator: EmulatorContext, provider: Provider) {
  const org = { emulator, provider };
  return async (app: FastifyInstance): Promise<void> => {
    acceptForms(app);
    const path = '/oauth2/default/signin/:uid';
    app.get(path, async (request: PendingPrompt, reply) => {
      const open = await find(org, request, reply);
      if (!open) return reply;
      const { prompt, params } = open.details;
      if (prompt.name === 'consent') {
        reply.hijack();
        await provider.interactionFinished(request.raw, reply.raw, { consent: {} });
        return reply;
      }
      const passed = await passedPassword(open);
      if (!passed) return show(open, 200, passwordPage({ login: text(params.login_hint) }));
      await orFail(open, () => factorStep(open, passed, (step) => showFactor(emulator, step)));
      return reply;
    });
    app.post(path, { bodyLimit: 16_384 }, async (request: PendingPrompt, reply) => {
      const open = await find(org, request, reply);
      if (!open) return reply;
      const passed = await passedPassword(open);
      const form = (request.body ?? {}) as Record<string, unknown>;
      await orFail(open, () =>
        passed ? factorStep(open, passed, (step) => takeFactor(emulator, step, form)) : takePassword(open),
      );
      return reply;
    });
  };
}
