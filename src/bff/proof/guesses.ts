import type { EndpointName } from '#contract/endpoints.ts';
import type { VerificationType, FactorKind } from '#contract/kinds.ts';
import type { Context, Services } from '../context.ts';
import { kinds } from '../factors/kinds.ts';
import { guessNotice } from '../notices/texts.ts';
import { deviceWords } from '../notices/owed.ts';
import type { Attempt } from './tries.ts';

type Guesser = Pick<Context<EndpointName>, 'session' | 'person' | 'actor' | 'securityMethods' | 'means'>;

/** An attempt of this person's at a kind. @param clears see `Attempt`. */
export function attemptOf(
  { session, securityMethods, means }: Guesser,
  kind: FactorKind,
  verificationType: VerificationType,
  clears: boolean,
): Attempt {
  const hasKey = async () =>
    means.keys && (await securityMethods()).methods.some((one) => one.kind === 'webauthn' && one.status === 'ACTIVE');
  return { userId: session.user_id, kind, verificationType, hasKey, clears };
}

class ToldToday extends Error {}

/** After a wrong code: tells the person by email when there were many of a kind in a day, once in 24 hours. */
export async function tellOfGuesses(services: Services, { person, actor }: Guesser, kind: FactorKind): Promise<void> {
  const { auditLog, clock, outbox, settings, tries } = services;
  if (!(await tries.isGuessed(person.id, kind))) return;
  const { orgName, supportPhone, supportUrl } = settings;
  const about = {
    name: person.name,
    method: kinds[kind].name,
    at: clock.now(),
    agent: deviceWords(actor.agent),
    orgName,
  };
  const notice = outbox.owing({
    addresses: person.addresses,
    ...guessNotice({ ...about, support: supportPhone ?? supportUrl }),
  });
  try {
    await auditLog.event(
      actor,
      { event: 'user.mfa.guesses', subject: person.id, kind },
      { outcome: 'success', reason: 'told' },
      async (step, seq) => {
        if (!(await tries.takeNotification(person.id, step))) throw new ToldToday();
        await notice(step, seq);
      },
    );
  } catch (error) {
    if (error instanceof ToldToday) return;
    throw error;
  }
  void outbox.flush();
}
