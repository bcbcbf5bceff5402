import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { EmulatorContext } from '../context/context.ts';
import { receiveMail } from '../people/inbox.ts';

const LARGEST = 1_000_000;

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readMail(raw: Buffer): Promise<{ text: string; messageId?: string }> {
  const mail = await PostalMime.parse(raw);
  const body = mail.text ?? (mail.html ?? '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  return { text: [mail.subject, body.trim()].filter(Boolean).join('\n\n'), messageId: mail.messageId };
}

/** Accepts email on loopback, from anyone and without a password. */
export async function startSmtp(emulator: EmulatorContext, port = 0): Promise<{ url: string; close(): Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST,
    logger: false,
    onData(stream, session, done) {
      const store = async () => {
        const raw = await readAll(stream);
        if (stream.sizeExceeded) throw Object.assign(new Error('the message is too large'), { responseCode: 552 });
        await receiveMail(emulator, {
          ...(await readMail(raw)),
          recipients: session.envelope.rcptTo.map(({ address }) => address),
        });
      };
      store().then(
        () => done(),
        (error: Error) => done(error),
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  server.on('error', (error) => emulator.log.warn(error, "the simulator's mail receiver"));
  const { port: opened } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${opened}`, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
