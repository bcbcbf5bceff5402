import type { Sealer } from '../../platform/store/secrets.ts';
import type { Session } from './sessions.ts';

export type FormTokens = ReturnType<typeof createFormTokens>;

/**
 * The form token of a session: a plain form proves with it that a page of this very session sent it. It is computed, so
 * nothing is stored; it ends with its session, and stays the same when a step-up replaces the cookie.
 */
export function createFormTokens(sealer: Pick<Sealer, 'mac' | 'matches'>) {
  const context = 'form token';
  return {
    of: ({ id }: Session): string => sealer.mac(id, context),
    matches: ({ id }: Session, token: string): boolean => sealer.matches(token, id, context),
  };
}
