import type { Kysely } from 'kysely';
import { notFound } from '../wire/errors.ts';
import type { EmulatorContext } from '../context/context.ts';
import type { FactorRow, Person, Tables } from '../store/schema.ts';
import type { About, Call, Json, OnFactor } from './kind/kind.ts';
import { factorHref } from './kind/link.ts';
import { presentFactor } from './present.ts';

export type FactorCall = { person: Person; factorId: string; call: Call };

export function emptyCall(body: Json = {}): Call {
  return {
    body,
    query: { activate: false, updatePhone: false, templateId: undefined, tokenLifetimeSeconds: 300 },
    headers: { acceptLanguage: undefined, userAgent: undefined, forwardedFor: undefined },
  };
}

/** Reads the person again inside the transaction, because another request may have changed them. */
export async function personNow(tx: Kysely<Tables>, person: Person): Promise<Person> {
  const row = await tx.selectFrom('people').selectAll().where('id', '=', person.id).executeTakeFirst();
  if (!row) throw notFound(person.id, 'User');
  return row;
}

export function aboutPerson(emulator: EmulatorContext, tx: Kysely<Tables>, person: Person, call: Call): About {
  return { ...call, emulator, tx, person, now: emulator.clock.now() };
}

export function aboutFactor(input: About, row: FactorRow): OnFactor {
  const { emulator } = input;
  return {
    ...input,
    row,
    secret: row.secret === null ? null : Buffer.from(row.secret, 'base64url'),
    below: (path) => `${factorHref(emulator, row)}${path}`,
    present: (shown, activation) => presentFactor(emulator, shown, activation),
  };
}
