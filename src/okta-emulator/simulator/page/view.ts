import type { EmulatorContext } from '../../context/context.ts';
import type { SimulatorTools } from '../api.ts';
import { listMessages } from '../../people/inbox.ts';
import type { SimulatorView } from './parts.ts';
import { readPhone } from '../phone.ts';
import { listPushes } from '../pushes.ts';
import { personNamed } from '../refusal.ts';
import { listTokens } from '../tokens.ts';

/** Default: the first person. Throws a SimulatorError for an unknown login. */
export async function createView(
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
    phone: await readPhone(emulator, person),
    tokens: await listTokens(emulator, person),
    pushes: await listPushes(emulator, person),
    messages: (await listMessages(emulator, person)).slice(0, 30),
    faults: faults.list(),
    requests: requests.list(25),
  };
}
