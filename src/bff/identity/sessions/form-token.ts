import type { Sealer } from '../../platform/store/secrets.ts';
import type { Session } from './sessions.ts';

export type FormTokens = ReturnType<typeof createFormTokens>;

/** A token in an HTML form proves that a page of the same session sent the form. */
export function createFormTokens(sealer: Pick<Sealer, 'mac' | 'matches'>) {
  const context = 'form token';
  return {
    of: ({ id }: Session): string => sealer.mac(id, context),
    matches: ({ id }: Session, token: string): boolean => sealer.matches(token, id, context),
  };
}
