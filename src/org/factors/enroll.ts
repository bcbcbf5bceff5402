import { invalid } from '../api/errors.ts';
import type { Context } from '../context.ts';
import { newId } from '../ids.ts';
import type { FactorRow, Person } from '../store/schema.ts';
import type { Json, Kind } from './kind.ts';
import { assertChangeable } from './person-state.ts';
import { factorHref, presentFactor } from './present.ts';
import { factorKinds, kindNames } from './registry.ts';
import type { FactorKind } from './registry.ts';

const REQUEST = 'factorEnrollRequest';
const PROVIDERS = new Set(['CUSTOM', 'DUO', 'FIDO', 'GOOGLE', 'OKTA', 'RSA', 'SYMANTEC', 'YUBICO']);
const TYPES = new Set([
  'call', 'email', 'push', 'question', 'signed_nonce', 'sms', 'token', 'token:hardware', 'token:hotp', 'token:software:totp', 'u2f', 'web', 'webauthn',
]);

function kindAsked(org: Context, body: Json): { name: FactorKind; kind: Kind } {
  const { factorType, provider = 'OKTA' } = body;
  if (typeof factorType !== 'string' || !TYPES.has(factorType)) throw invalid(REQUEST, 'Invalid Factor.');
  if (typeof provider !== 'string' || !PROVIDERS.has(provider)) throw invalid(REQUEST, 'Invalid Provider.');
  const name = kindNames.find((known) => known === `${factorType}/${provider}`);
  if (!name || !factorKinds[name].enroll || !factorKinds[name].offeredBy.includes(org.engine)) throw invalid(REQUEST, 'Factor not enabled.');
  return { name, kind: factorKinds[name] };
}

/**
 * Starts a factor for a person. While one of the kind is pending it is replaced: same id, new secret, the old one dead.
 * @returns the factor as it goes over the wire, the only time with what proves it.
 * @throws E0000001 with a cause: `Invalid Factor.`, `Invalid Provider.`, `Factor not enabled.`, or
 *   `A factor of this type is already set up.`; E0000038 for a deactivated person.
 */
export async function enrollFactor(org: Context, person: Person, body: Json): Promise<Json> {
  assertChangeable(person);
  const { name, kind } = kindAsked(org, body);
  return org.db.transaction().execute(async (tx) => {
    const held = kind.several
      ? undefined
      : await tx.selectFrom('factors').selectAll().where('person_id', '=', person.id).where('kind', '=', name).executeTakeFirst();
    if (held?.status === 'ACTIVE') throw invalid(REQUEST, 'A factor of this type is already set up.');
    const id = held?.id ?? newId(org.random, kind.idPrefix);
    const below = (path: string) => `${factorHref(org, { id, person_id: person.id })}${path}`;
    const started = kind.enroll?.({ person, body, random: org.random, secretLength: org.secretLength, below });
    if (!started) throw invalid(REQUEST, 'Factor not enabled.');
    if (started.cause !== undefined) throw invalid(REQUEST, started.cause);
    const now = org.clock.now();
    const row: FactorRow = {
      id,
      person_id: person.id,
      kind: name,
      status: started.status,
      profile: JSON.stringify(started.profile),
      sealed: started.secret && org.vault.seal(started.secret, { personId: person.id, factorId: id }),
      accepted_step: null,
      created: held?.created ?? now,
      last_updated: now,
    };
    await tx.replaceInto('factors').values(row).execute();
    return presentFactor(org, row, started.activation);
  });
}
