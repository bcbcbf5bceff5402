import { createTransport } from 'nodemailer';
import { maskAddress } from '../../platform/kinds/mask.ts';
import { needsStartTls } from './smtp-url.ts';
import type { Email } from './outbox.ts';

const WORD = /[^\s<>"]+/g;
const LONGEST = 500;

/** The error may contain the recipient's address. */
function withoutAddresses(error: unknown): Error {
  const { message, code, responseCode } = error as Error & { code?: string; responseCode?: number };
  // The text may be shown in a terminal.
  const text = message
    .slice(0, LONGEST)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(WORD, (word) => (word.includes('@') ? maskAddress(word) : word));
  return Object.assign(new Error(text), { code, responseCode });
}

/**
 * In ms. Some servers scan the email first, for up to half a minute (Exchange by default). With a shorter wait, the
 * email would arrive again and again.
 */
const ANSWER_MS = 60_000;
/** In ms. Without this limit, a server that answers very slowly could block for ever. */
const EMAIL_MS = 2 * ANSWER_MS;

function transportTo(url: string, startTls: boolean, answerMs: number) {
  const { protocol, hostname, port, username, password } = new URL(url);
  return createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'smtps:' ? 465 : 587),
    secure: protocol === 'smtps:',
    requireTLS: startTls,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: answerMs,
  });
}

/**
 * Sends nothing. Rejects with nodemailer's error: its `code` is `EAUTH` if the login failed, `ETLS` if STARTTLS failed,
 * or `ESOCKET`, `EDNS`, …
 */
export async function trySmtp(url: string): Promise<void> {
  const transport = transportTo(url, needsStartTls(url), 10_000);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

/** Over `smtp://` the server must offer STARTTLS with a valid certificate. Loopback and `?insecure=true` are exempt. */
export function createSmtpMailer(url: string, from: string, startTls = needsStartTls(url), emailMs = EMAIL_MS) {
  const transport = transportTo(url, startTls, ANSWER_MS);
  const domain = from.replace(/^.*@|>$/g, '') || 'latchkey.invalid';
  return {
    async mailer({ id, to, subject, body }: Email): Promise<void> {
      const sending = transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text: body,
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: AbortSignal.timeout(emailMs),
      });
      await sending.catch((error: unknown) => {
        throw withoutAddresses(error);
      });
    },
    close: () => transport.close(),
  };
}
