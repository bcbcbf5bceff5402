import type { FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import { findPerson } from '../../people/people.ts';
import type { Person } from '../../store/schema.ts';
import { notFound } from '../../wire/errors.ts';

/** Accepts id, login, short login or `me`. Throws 404 E0000007 `(User)`. */
export async function getPerson(emulator: EmulatorContext, request: FastifyRequest): Promise<Person> {
  const { id } = request.params as { id: string };
  const person = await findPerson(emulator.db, id);
  if (!person) throw notFound(id, 'User');
  return person;
}
