import { invalid } from '../wire/errors.ts';
import type { EmulatorContext } from '../context/context.ts';
import { newId } from '../wire/ids.ts';
import { newFactorRow } from '../store/factor-rows.ts';
import type { Person } from '../store/schema.ts';
import { aboutPerson, personNow } from './about.ts';
import { getFactors, offeredKinds } from './person-factors.ts';
import type { Call, Json, Kind } from './kind/kind.ts';
import { assertChangeable } from './person-state.ts';
import { factorHref } from './kind/link.ts';
import { presentFactor } from './present.ts';
import { factorKinds, kindNames, type FactorKind } from './registry.ts';
import { dropRows, remember } from './rows.ts';

const REQUEST = 'factorEnrollRequest';
const published = Object.values(factorKinds).filter(({ unpublished }) => !unpublished);
const providers = new Set<unknown>(published.map(({ provider }) => provider));
const types = new Set<unknown>(published.map(({ factorType }) => factorType));

function requestedKind(body: Json): { name: FactorKind; kind: Kind } {
  const { factorType, provider = 'OKTA' } = body;
  if (!types.has(factorType)) throw invalid(REQUEST, 'Invalid Factor.');
  if (!providers.has(provider)) throw invalid(REQUEST, 'Invalid Provider.');
  const name = kindNames.find((known) => known === `${String(factorType)}/${String(provider)}`);
  if (!name) throw invalid(REQUEST, 'Factor not enabled.');
  return { name, kind: factorKinds[name] };
}

/** A pending factor of the kind is replaced: the id stays, the secret is new. Only this answer contains the secret. */
export async function enrollFactor(emulator: EmulatorContext, given: Person, call: Call): Promise<Json> {
  assertChangeable(given);
  const { name, kind } = requestedKind(call.body);
  return emulator.db.transaction().execute(async (tx) => {
    const person = await personNow(tx, given);
    assertChangeable(person);
    if (!(await offeredKinds(emulator, tx, person)).some((offered) => offered.name === name))
      throw invalid(REQUEST, 'Factor not enabled.');
    const input = aboutPerson(emulator, tx, person, call);
    const { now } = input;
    const rows = (await getFactors(emulator, tx, person)).filter((row) => row.kind === name);
    if (!kind.several?.(emulator.engine) && rows.some(({ status }) => status === 'ACTIVE'))
      throw invalid(REQUEST, 'A factor of this type is already set up.');
    const pending = rows.find(({ status }) => status === 'PENDING_ACTIVATION');
    const pendingId = pending?.id ?? newId(emulator.random, kind.pendingPrefix ?? kind.idPrefix);
    const below = (path: string) => `${factorHref(emulator, { id: pendingId, person_id: person.id })}${path}`;
    const started = await kind.enroll?.({ ...input, id: pendingId, pending, below });
    if (!started) throw invalid(REQUEST, 'Factor not enabled.');
    if (started.cause !== undefined) throw invalid(REQUEST, started.cause);
    const id = started.status === 'ACTIVE' && kind.pendingPrefix ? newId(emulator.random, kind.idPrefix) : pendingId;
    const row = newFactorRow({
      id,
      person_id: person.id,
      kind: name,
      status: started.status,
      profile: JSON.stringify(started.profile),
      secret: started.secret && started.secret.toString('base64url'),
      created: (id === pendingId && pending?.created) || now,
      last_updated: now,
      data: started.data ? JSON.stringify(started.data) : null,
      vendor_name: started.vendorName ?? null,
    });
    if (pending) await dropRows(tx, [pending.id]);
    await tx.insertInto('factors').values(row).execute();
    if (started.remember) await remember(input, row, 'activate', started.remember);
    return presentFactor(emulator, row, started.activation);
  });
}
