import { areRaised, type Minimums } from '#bff/features/factors/minimum-settings.ts';
import { kindOf, kinds } from '#bff/platform/kinds/registry.ts';
import { ConfigWarning } from './config-check.ts';

const PHISHING_RESISTANT = 4;

/**
 * Says which minimums hold, and from when.
 * @param offered reads what Okta offers one person
 * @throws {ConfigWarning} if nobody can reach them
 */
export async function minimumsLine(
  minimums: Minimums,
  offered: () => Promise<readonly { factorType: string; provider: string }[]>,
): Promise<string> {
  const { methods, phishingResistant, from } = minimums;
  if (!areRaised(minimums))
    return 'nobody can remove their last method; MIN_METHODS and MIN_PHISHING_RESISTANT raise that';
  const isOffered = (entries: Awaited<ReturnType<typeof offered>>) =>
    entries.some((entry) => kinds[kindOf(entry)].strength === PHISHING_RESISTANT);
  if (phishingResistant > 0 && !isOffered(await offered()))
    throw new ConfigWarning(
      `MIN_PHISHING_RESISTANT is ${phishingResistant}, but one person is offered no phishing-resistant method: nobody can add what is missing`,
    );
  const since = from === null ? '' : `, from ${new Date(from).toISOString().slice(0, 10)} on (UTC)`;
  return `nobody can go below ${methods} (MIN_METHODS), ${phishingResistant} of them phishing-resistant (MIN_PHISHING_RESISTANT)${since}`;
}
