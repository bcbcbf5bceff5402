import { OktaError } from '../../wire/errors.ts';
import { deliver } from '../../people/inbox.ts';
import type { Random } from '../../wire/ids.ts';
import type { Message } from '../../store/schema.ts';
import type { About, Remembered } from './kind.ts';

type Channel = Message['channel'];

/** Seconds that must pass between two codes to one address, and the error of a code that is requested too soon. */
const throttles = {
  sms: { seconds: 30, code: 'E0000109' },
  call: { seconds: 30, code: 'E0000133' },
  email: { seconds: 5, code: 'E0000118' },
} as const;

function digits(random: Random, count: number): string {
  let code = '';
  // 250 is the largest multiple of 10 below 256. Larger bytes would make some digits more likely.
  while (code.length < count)
    for (const byte of random(16)) if (byte < 250 && code.length < count) code += String(byte % 10);
  return code;
}

type CodeMessage = {
  channel: Channel;
  /** A number in E.164, or an email address. */
  to: string;
  digits: 5 | 6;
  lifetimeSeconds: number;
  replaces: boolean;
  text(code: string): string;
};

/** @throws 429 E0000109, E0000133 or E0000118 (by channel) if the last message to the address is too recent */
export async function takeTurn(
  { emulator, tx, now }: Pick<About, 'tx' | 'now'> & { emulator: Pick<About['emulator'], 'messageWait'> },
  channel: Channel,
  to: string,
): Promise<void> {
  const { code: refusal, ...throttle } = throttles[channel];
  const seconds = Math.min(throttle.seconds, emulator.messageWait);
  const address = to.toLowerCase();
  const last = await tx
    .selectFrom('sent')
    .select('at')
    .where('channel', '=', channel)
    .where('address', '=', address)
    .executeTakeFirst();
  if (last && now - last.at < seconds * 1000) throw new OktaError(refusal);
  await tx.replaceInto('sent').values({ channel, address, at: now }).execute();
}

/** @returns the code to store */
export async function sendCode(
  { emulator, tx, person, now }: About,
  { channel, to, digits: count, lifetimeSeconds, replaces, text }: CodeMessage,
): Promise<Remembered> {
  await takeTurn({ emulator, tx, now }, channel, to);
  const code = digits(emulator.random, count);
  await deliver({ emulator, tx, now }, { person, channel, recipient: to, text: text(code), code });
  return { secret: Buffer.from(code), lifetimeSeconds, replaces };
}
