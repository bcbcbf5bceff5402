import type { EmulatorContext } from '../../context/context.ts';
import type { SimulatorTools } from '../api.ts';
import { messagesOf } from '../../people/inbox.ts';
import type { SimulatorView } from './parts.ts';
import { phoneOf } from '../phone.ts';
import { pushesOf } from '../pushes.ts';
import { personNamed } from '../refusal.ts';
import { tokensOf } from '../tokens.ts';

/** Everything the page shows; by default for the first person. Throws a SimulatorError for an unknown login. */
export async function viewOf(
  emulator: EmulatorContext,
  { faults, requests }: SimulatorTools,
  login: string | undefined,
): Promise<SimulatorView> {
  const people = await emulator.db
    .selectFrom('people')
    .select(['login', 'first_name', 'last_name', 'status'])
    .orderBy('first_name')
    .execute();
  const person = await personNamed(emulator, login ?? people[0]?.login);
  return {
    now: new Date(emulator.clock.now()).toISOString(),
    moved: Math.round(emulator.clock.fromWire(0) / 1000),
    people: people.map((one) => ({ login: one.login, name: `${one.first_name} ${one.last_name}`, status: one.status })),
    user: person.login,
    status: person.status,
    phone: await phoneOf(emulator, person),
    tokens: await tokensOf(emulator, person),
    pushes: await pushesOf(emulator, person),
    messages: (await messagesOf(emulator, person)).slice(0, 30),
    faults: faults.list(),
    requests: requests.list(25),
  };
}
