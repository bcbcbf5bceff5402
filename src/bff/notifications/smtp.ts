import { createTransport } from 'nodemailer';
import { needsStartTls } from './smtp-url.ts';
import type { Mailer } from './outbox.ts';

/**
 * Returns a mailer for an SMTP server (`smtp://user:password@host:port`, `smtps://…`). It connects within 5 s, and
 * waits 10 s at most for an answer. Over `smtp://` the server must offer STARTTLS with a valid certificate, else the
 * mailer sends neither password nor email; loopback and `?insecure=true` are exempt. Emails are plain text. The
 * Message-ID is the notification's id.
 */
export function createSmtpMailer(
  url: string,
  from: string,
  startTls = needsStartTls(url),
): { mailer: Mailer; close(): void } {
  const { protocol, hostname, port, username, password } = new URL(url);
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'smtps:' ? 465 : 587),
    secure: protocol === 'smtps:',
    requireTLS: startTls,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
  });
  const domain = from.replace(/^.*@|>$/g, '') || 'latchkey.invalid';
  return {
    async mailer({ id, to, subject, body }) {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text: body,
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    },
    close: () => transport.close(),
  };
}
