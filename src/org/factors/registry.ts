import { email } from './email/kind.ts';
import type { Kind } from './kind.ts';
import { googleTotp, oktaTotp } from './totp/kind.ts';

/** Every kind of factor this org knows, named `factorType/provider`: the pair that tells kinds apart on the wire. */
export type FactorKind = 'email/OKTA' | 'token:software:totp/GOOGLE' | 'token:software:totp/OKTA';

/** One entry a kind, in the order in which Okta lists a person's factors: by kind, not by age. */
export const factorKinds: Record<FactorKind, Kind> = {
  'email/OKTA': email,
  'token:software:totp/GOOGLE': googleTotp,
  'token:software:totp/OKTA': oktaTotp,
};

export const kindNames = Object.keys(factorKinds) as FactorKind[];

/** The kind a stored row is of. Throws an Error for a name that no entry has: the store is newer than the program. */
export function kindNamed(name: string): Kind {
  const kind = (factorKinds as Record<string, Kind | undefined>)[name];
  if (!kind) throw new Error(`this org knows no factor kind ${name}`);
  return kind;
}
