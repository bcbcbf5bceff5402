import type Provider from 'oidc-provider';
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { EmulatorContext } from '../context/context.ts';
import { findPerson } from '../people/people.ts';
import type { Person } from '../store/schema.ts';
import { meetsLevel, requirementFor, type Requirement } from './requirements.ts';
import { listSignInOptions } from './options.ts';

const { Check } = interactionPolicy;

export const STEP_UP = 'factor_missing';

/** Throws `unmet_authentication_requirements` if none of the person's factors suffices. */
export async function getRequirement(
  emulator: EmulatorContext,
  person: Person,
  acrValues: unknown,
): Promise<Requirement> {
  const signInOptions = await listSignInOptions(emulator.db, person, 'factor');
  const has = { hasFactor: signInOptions.length > 0, hasKey: signInOptions.some(({ kind }) => kind === 'key') };
  const requirement = requirementFor(typeof acrValues === 'string' ? acrValues : undefined, has, emulator.signIn);
  if (!requirement)
    throw new errors.UnmetAuthenticationRequirements('The requested authentication context cannot be met.');
  return requirement;
}

/** Compares on the emulator's clock. Sessions store times in seconds. */
function tooOld(emulator: EmulatorContext, ctx: KoaContextWithOIDC): boolean {
  const { params, session, result } = ctx.oidc;
  if (params?.max_age === undefined || result?.login) return false;
  return Math.floor(emulator.clock.now() / 1000) - (session?.loginTs ?? 0) > Number(params.max_age);
}

/** Okta Classic ignores `max_age=0`, but the library would require a new sign-in. */
export function ignoreZeroMaxAge(provider: Provider): void {
  provider.use((ctx, next) => {
    if (ctx.query.max_age === '0') {
      const { max_age: _zero, ...others } = ctx.query;
      ctx.query = others;
    }
    return next();
  });
}

function toWire(emulator: Pick<EmulatorContext, 'clock'>, seconds: number): number {
  return Math.floor(seconds - emulator.clock.fromWire(0) / 1000);
}

/** oidc-provider's own policy ignores the person's status, and compares `max_age` with the machine's clock. */
export function signInPolicy(emulator: EmulatorContext): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  const checks = policy.get('login')?.checks;
  checks?.remove('max_age');
  const add = (reason: string, description: string, when: (ctx: KoaContextWithOIDC) => boolean | Promise<boolean>) =>
    checks?.add(new Check(reason, description, 'login_required', when));
  add(
    'not_active',
    'The person can no longer sign in',
    ({ oidc }) => oidc.session?.accountId !== undefined && !oidc.account,
  );
  add(
    'max_age',
    'A new sign-in is required',
    (ctx) => ctx.oidc.session?.accountId !== undefined && tooOld(emulator, ctx),
  );
  add(STEP_UP, 'A second factor is required', async (ctx) => {
    const { session, account, params } = ctx.oidc;
    if (!session?.accountId || !account || (ctx.oidc.prompts.has('login') && !ctx.oidc.result?.login))
      return Check.NO_NEED_TO_PROMPT;
    const person = await findPerson(emulator.db, session.accountId);
    if (!person) return Check.NO_NEED_TO_PROMPT;
    const { acr, level } = await getRequirement(emulator, person, params?.acr_values);
    if (!meetsLevel(session.amr, level)) return Check.REQUEST_PROMPT;
    session.acr = acr;
    const { loginTs } = session;
    session.authTime = () => (loginTs === undefined ? undefined : toWire(emulator, loginTs));
    return Check.NO_NEED_TO_PROMPT;
  });
  return policy;
}
