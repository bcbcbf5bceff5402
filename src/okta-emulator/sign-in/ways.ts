import type { Kysely } from 'kysely';
import type { Json, SignIn } from '../factors/kind/kind.ts';
import { signInFactorsOf } from '../factors/prove.ts';
import { kindNamed } from '../factors/registry.ts';
import type { FactorRow, Person, Tables } from '../store/schema.ts';

/** One method after the password. All codes share one, since a code identifies its app; all keys share one too. */
export type Way = {
  /** Its name in forms: `code`, `key`, or the factor's id. */
  id: string;
  kind: SignIn['way'];
  amr: SignIn['amr'];
  title: string;
  rows: FactorRow[];
};

const SHARED = new Set<string>(['code', 'key']);
const ORDER: readonly SignIn['way'][] = ['code', 'key', 'push', 'sent', 'answer'];

/** The methods for this person at sign-in, in order; only keys when a key is required. */
export async function waysOf(db: Kysely<Tables>, person: Person, proof: 'factor' | 'key'): Promise<Way[]> {
  const ways: Way[] = [];
  for (const row of await signInFactorsOf(db, person)) {
    const { signIn } = kindNamed(row.kind);
    if (!signIn || (proof === 'key' && signIn.way !== 'key')) continue;
    const id = SHARED.has(signIn.way) ? signIn.way : row.id;
    const known = ways.find((way) => way.id === id);
    if (known) known.rows.push(row);
    else
      ways.push({
        id,
        kind: signIn.way,
        amr: signIn.amr,
        title: signIn.title((JSON.parse(row.profile) ?? {}) as Json),
        rows: [row],
      });
  }
  return ways.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
