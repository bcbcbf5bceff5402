import type { Context } from '../context.ts';
import type { DeskTools } from './api.ts';
import { messagesOf } from './inbox.ts';
import type { DeskView } from './parts.ts';
import { phoneOf } from './phone.ts';
import { pushesOf } from './pushes.ts';
import { personNamed } from './refusal.ts';
import { tokensOf } from './tokens.ts';

/**
 * Everything the page shows. Without a login it is the first person's desk. Throws a DeskError for a login nobody has.
 */
export async function viewOf(
  org: Context,
  { faults, requests }: DeskTools,
  login: string | undefined,
): Promise<DeskView> {
  const people = await org.db
    .selectFrom('people')
    .select(['login', 'first_name', 'last_name', 'status'])
    .orderBy('first_name')
    .execute();
  const person = await personNamed(org, login ?? people[0]?.login);
  return {
    now: new Date(org.clock.now()).toISOString(),
    moved: Math.round(org.clock.fromWire(0) / 1000),
    people: people.map((one) => ({ login: one.login, name: `${one.first_name} ${one.last_name}`, status: one.status })),
    user: person.login,
    status: person.status,
    phone: await phoneOf(org, person),
    tokens: await tokensOf(org, person),
    pushes: await pushesOf(org, person),
    messages: (await messagesOf(org, person)).slice(0, 30),
    faults: faults.list(),
    requests: requests.list(25),
  };
}
