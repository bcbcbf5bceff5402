import type { Sealer } from '../../platform/store/secrets.ts';
import type { Session } from './sessions.ts';

export type FormTokens = ReturnType<typeof createFormTokens>;

/**
 * Creates and checks form tokens. The token in an HTML form proves that a page of the same session sent the form. It is
 * a MAC of the session's id, so nothing is stored, and a new cookie after a step-up does not change the token.
 */
export function createFormTokens(sealer: Pick<Sealer, 'mac' | 'matches'>) {
  const context = 'form token';
  return {
    of: ({ id }: Session): string => sealer.mac(id, context),
    matches: ({ id }: Session, token: string): boolean => sealer.matches(token, id, context),
  };
}
