import type { Kysely } from 'kysely';
import { notFound } from '../wire/errors.ts';
import type { EmulatorContext } from '../context/context.ts';
import type { FactorRow, Person, Tables } from '../store/schema.ts';
import type { About, Call, Json, OnFactor } from './kind/kind.ts';
import { factorHref } from './kind/link.ts';
import { presentFactor } from './present.ts';

/** A call about one factor of a person. */
export type FactorCall = { person: Person; factorId: string; call: Call };

/** An empty call, for what the emulator does by itself. */
export function emptyCall(body: Json = {}): Call {
  return {
    body,
    query: { activate: false, updatePhone: false, templateId: undefined, tokenLifetimeSeconds: 300 },
    headers: { acceptLanguage: undefined, userAgent: undefined, forwardedFor: undefined },
  };
}

/** Reads the person again inside the transaction: another request may have changed them since the route loaded them. */
export async function personNow(tx: Kysely<Tables>, person: Person): Promise<Person> {
  const row = await tx.selectFrom('people').selectAll().where('id', '=', person.id).executeTakeFirst();
  if (!row) throw notFound(person.id, 'User');
  return row;
}

/** The input of hooks about a person in this transaction. */
export function aboutPerson(emulator: EmulatorContext, tx: Kysely<Tables>, person: Person, call: Call): About {
  return { ...call, emulator, tx, person, now: emulator.clock.now() };
}

/** The input of hooks about one factor. */
export function aboutFactor(about: About, row: FactorRow): OnFactor {
  const { emulator } = about;
  return {
    ...about,
    row,
    secret: row.secret === null ? null : Buffer.from(row.secret, 'base64url'),
    below: (path) => `${factorHref(emulator, row)}${path}`,
    present: (shown, activation) => presentFactor(emulator, shown, activation),
  };
}
