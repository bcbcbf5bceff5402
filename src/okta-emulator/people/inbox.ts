import type { Kysely } from 'kysely';
import type { EmulatorContext } from '../context/context.ts';
import { newId, wireDate } from '../wire/ids.ts';
import type { Message, Person, Tables } from '../store/schema.ts';

/**
 * A message as the simulator shows it. `code` is the one the org sent or, in mail that came from elsewhere, the first
 * group
 * of 5 to 8 digits in the text.
 */
export type InboxMessage = {
  id: string;
  channel: Message['channel'];
  to: string;
  text: string;
  code: string | null;
  at: string;
};

const KEPT_A_PERSON = 200;

/** The person a mail is for: whoever has the address as primary or secondary one. */
function addressee(emulator: EmulatorContext, address: string): Promise<Person | undefined> {
  return emulator.db
    .selectFrom('people')
    .selectAll()
    .where((eb) => eb.or([eb('email', '=', address), eb('second_email', '=', address)]))
    .executeTakeFirst();
}

/** Brings a person what the org itself sends them, in the transaction that makes it valid. */
export async function deliver(
  { emulator, tx, now }: { emulator: Pick<EmulatorContext, 'random'>; tx: Kysely<Tables>; now: number },
  message: { person: Person; channel: Message['channel']; recipient: string; text: string; code: string | null },
): Promise<void> {
  const { person, ...rest } = message;
  const id = newId(emulator.random, 'msg');
  await tx
    .insertInto('messages')
    .values({ id, person_id: person.id, ...rest, at: now, message_id: id })
    .execute();
}

/**
 * Puts a mail into the inbox of each recipient who is known here. The same Message-ID for the same recipient is kept
 * once, since senders repeat what they are not sure of.
 */
export async function receiveMail(
  emulator: EmulatorContext,
  mail: { recipients: readonly string[]; text: string; messageId?: string },
): Promise<void> {
  for (const recipient of mail.recipients) {
    const person = await addressee(emulator, recipient);
    if (!person) continue;
    const id = newId(emulator.random, 'msg');
    await emulator.db
      .insertInto('messages')
      .values({
        id,
        person_id: person.id,
        channel: 'email',
        recipient,
        text: mail.text,
        code: /(?<![0-9])[0-9]{5,8}(?![0-9])/.exec(mail.text)?.[0] ?? null,
        at: emulator.clock.now(),
        message_id: mail.messageId ?? id,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** A person's messages, newest first. */
export async function messagesOf(emulator: EmulatorContext, person: Person): Promise<InboxMessage[]> {
  const rows = await emulator.db
    .selectFrom('messages')
    .selectAll()
    .where('person_id', '=', person.id)
    .orderBy('at', 'desc')
    .orderBy('rowid' as never, 'desc')
    .limit(KEPT_A_PERSON)
    .execute();
  return rows.map(({ id, channel, recipient, text, code, at }) => ({
    id,
    channel,
    to: recipient,
    text,
    code,
    at: wireDate(at),
  }));
}
