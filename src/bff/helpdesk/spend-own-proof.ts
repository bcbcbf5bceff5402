import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { Context, Services } from '../context.ts';
import { needOfPurpose } from '../proof/need.ts';

/**
 * Spends the proof of herself that somebody at the helpdesk gave for one act; gives its id, to restore it should nothing
 * come of the act. Throws `proof_required`. It is the last that is asked, so that nobody proves herself for what is
 * refused anyway.
 */
export async function spendOwnProof(
  { proofs }: Services,
  { session, securityMethods, means }: Pick<Context<EndpointName>, 'session' | 'securityMethods' | 'means'>,
  purpose: string,
): Promise<string> {
  const { strength, ways } = needOfPurpose(purpose, (await securityMethods()).methods, means)!;
  const spent = await proofs.spend(session, purpose, strength);
  if (!spent) throw new ApiError('proof_required', 'First prove that it is you.', { purpose, strength, ways });
  return spent;
}
