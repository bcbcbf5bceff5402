import type { Kysely } from 'kysely';
import type { EmulatorContext } from '../context/context.ts';
import { newId, wireDate } from '../wire/ids.ts';
import type { Message, Person, Tables } from '../store/schema.ts';

/** `code`: the emulator's own code or, in other email, the first number of 5 to 8 digits. */
export type InboxMessage = {
  id: string;
  channel: Message['channel'];
  to: string;
  text: string;
  code: string | null;
  at: string;
};

const KEPT_A_PERSON = 200;

function addressee(emulator: EmulatorContext, address: string): Promise<Person | undefined> {
  return emulator.db
    .selectFrom('people')
    .selectAll()
    .where((eb) => eb.or([eb('email', '=', address), eb('second_email', '=', address)]))
    .executeTakeFirst();
}

/** Uses the same transaction that makes the code valid. */
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

/** An email with the same Message-ID is stored once for each recipient, because senders retry. */
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
        // Digits in a link, such as a port, are not a code.
        code: /(?<![0-9])[0-9]{5,8}(?![0-9])/.exec(mail.text.replaceAll(/https?:\S+/g, ''))?.[0] ?? null,
        at: emulator.clock.now(),
        message_id: mail.messageId ?? id,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Newest first. */
export async function listMessages(emulator: EmulatorContext, person: Person): Promise<InboxMessage[]> {
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
