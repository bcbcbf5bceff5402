import { ApiError } from '#contract/errors.ts';
import { HOUR_MS, type Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { SecurityQuestion } from '#okta/wire/supported-factor.ts';
import { createFreshCache } from '../../platform/cache/fresh-cache.ts';

const FRESH_MS = HOUR_MS;
const MOST_LANGUAGES = 50;

/** Okta's codes for a credential that lacks a permission (E0000006) or a feature (E0000015). */
const refused = new Set(['E0000006', 'E0000015']);

/** Leaves out questions with an unusual key: a fault at Okta once added people's own questions (OKTA-567970). */
export function createQuestions(okta: OktaClient, clock: Clock) {
  const byLanguage = createFreshCache<SecurityQuestion[]>(clock, { ms: FRESH_MS, max: MOST_LANGUAGES });
  let refusedAt: number | null = null;

  const allowed = () =>
    okta.credentialKind !== 'private-key' && (refusedAt === null || clock.now() - refusedAt >= FRESH_MS);
  const notOurs = (cause?: unknown) => new ApiError('managed_at_okta', {}, { cause });

  async function ask(userId: string, context: CallContext): Promise<SecurityQuestion[]> {
    try {
      const all = await okta.userFactorApi.listSupportedSecurityQuestions({ userId }, context);
      return all.filter(({ question, questionText }) => /^[a-z_]{1,60}$/.test(question) && questionText !== '');
    } catch (error) {
      if (!(error instanceof OktaError) || error.code === null || !refused.has(error.code)) throw error;
      refusedAt = clock.now();
      throw notOurs(error);
    }
  }

  return {
    /** A service app has no scope for reading the questions. After Okta refused a read, the portal waits an hour. */
    allowed,

    /** Rejects with `managed_at_okta` if the portal may not read the questions. */
    async read(userId: string, context: CallContext): Promise<SecurityQuestion[]> {
      if (!allowed()) throw notOurs();
      const language = (context.acceptLanguage ?? '').slice(0, 100).toLowerCase();
      return byLanguage.get(language, () => ask(userId, context));
    },

    forget(): void {
      byLanguage.clear();
      refusedAt = null;
    },
  };
}
