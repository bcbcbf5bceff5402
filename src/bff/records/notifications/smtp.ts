import { createTransport } from 'nodemailer';
import { maskAddress } from '../../platform/kinds/mask.ts';
import { needsStartTls } from './smtp-url.ts';
import type { Email } from './outbox.ts';

const WORD = /[^\s<>"]+/g;
const LONGEST = 500;

/** What the server said, for the log and the operator: it repeats the recipient's address, and maybe more. */
function withoutAddresses(error: unknown): Error {
  const { message, code, responseCode } = error as Error & { code?: string; responseCode?: number };
  // No control character reaches a terminal.
  const text = message
    .slice(0, LONGEST)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(WORD, (word) => (word.includes('@') ? maskAddress(word) : word));
  return Object.assign(new Error(text), { code, responseCode });
}

/**
 * The longest wait for an answer to a whole email. Servers that scan or copy it first take up to half a minute
 * (Exchange by default); whoever waits less sends it again and again, and each time it arrives.
 */
const ANSWER_MS = 60_000;
/** The longest that a whole email takes: a server that drips lines would otherwise hold it for ever. */
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
 * Connects to the SMTP server, with TLS where that is required, and logs in if the address has a user. Sends nothing.
 * Rejects with nodemailer's error: its `code` is `EAUTH` for a login, `ETLS` for STARTTLS, `ESOCKET`, `EDNS`, …
 */
export async function trySmtp(url: string): Promise<void> {
  const transport = transportTo(url, needsStartTls(url), 10_000);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

/**
 * Returns a mailer for an SMTP server (`smtp://user:password@host:port`, `smtps://…`). It connects within 5 s, and
 * waits a minute at most for an answer, and two for the whole email. Over `smtp://` the server must offer STARTTLS
 * with a valid certificate, else the mailer sends neither password nor email; loopback and `?insecure=true` are
 * exempt. Emails are plain text. The Message-ID is the notification's id.
 */
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
