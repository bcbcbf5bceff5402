import { createTransport } from 'nodemailer';
import { needsStartTls } from './smtp-url.ts';
import type { Mailer } from './outbox.ts';

/**
 * A mailer on an SMTP server (`smtp://user:password@host:port`, `smtps://…`). It is connected to within 5 s, and silent
 * for 10 s at most. Over `smtp://` the server must offer STARTTLS with a certificate that holds, or neither password
 * nor mail is sent; loopback and `?insecure=true` are free of that. Mail is plain text, and its Message-ID is the
 * notice's own.
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
