import type { Kysely } from 'kysely';
import type { Json, SignIn } from '../factors/kind/kind.ts';
import { listSignInFactors } from '../factors/verify.ts';
import { kindNamed } from '../factors/registry.ts';
import type { FactorRow, Person, Tables } from '../store/schema.ts';

/** All codes are one method, because a code identifies its app. All keys are one method, too. */
export type SignInOption = {
  /** `code`, `key`, or the factor's id. */
  id: string;
  kind: SignIn['kind'];
  amr: SignIn['amr'];
  title: string;
  rows: FactorRow[];
};

const SHARED = new Set<string>(['code', 'key']);
const ORDER: readonly SignIn['kind'][] = ['code', 'key', 'push', 'sent', 'answer'];

export async function listSignInOptions(
  db: Kysely<Tables>,
  person: Person,
  level: 'factor' | 'key',
): Promise<SignInOption[]> {
  const signInOptions: SignInOption[] = [];
  for (const row of await listSignInFactors(db, person)) {
    const { signIn } = kindNamed(row.kind);
    if (!signIn || (level === 'key' && signIn.kind !== 'key')) continue;
    const id = SHARED.has(signIn.kind) ? signIn.kind : row.id;
    const option = signInOptions.find((option) => option.id === id);
    if (option) option.rows.push(row);
    else
      signInOptions.push({
        id,
        kind: signIn.kind,
        amr: signIn.amr,
        title: signIn.title((JSON.parse(row.profile) ?? {}) as Json),
        rows: [row],
      });
  }
  return signInOptions.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
